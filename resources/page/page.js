"use strict";
(() => {
  const film = JSON.parse(document.getElementById("film").textContent);
  const get = (name) => document.getElementById(name);
  const svg = get("drawing"), picture = get("picture"), slider = get("slider");
  const count = film.moments.length;
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0, timer = 0;

  // Elements stand in one table; a picture is stretches of it: first, how many, first, how many …
  const drawing = (runs) => {
    const parts = [];
    for (let i = 0; i < runs.length; i += 2) {
      for (let k = 0; k < runs[i + 1]; k++) parts.push(film.elements[runs[i] + k]);
    }
    return parts.join("");
  };

  const say = (node, stretches) => {
    node.replaceChildren(...stretches.map(([text, bold, italic]) => {
      let made = document.createTextNode(text);
      for (const [on, tag] of [[italic, "em"], [bold, "strong"]]) {
        if (on) {
          const outer = document.createElement(tag);
          outer.append(made);
          made = outer;
        }
      }
      return made;
    }));
  };

  const show = (index) => {
    at = Math.min(Math.max(index, 0), count - 1);
    const moment = film.moments[at];
    svg.innerHTML = drawing(film.pictures[moment.picture]);
    svg.setAttribute("aria-label", moment.alt);
    get("where").textContent = moment.label;
    say(get("said"), moment.said);
    get("said").toggleAttribute("data-asks", moment.asks);
    get("numbers").textContent = moment.numbers;
    slider.value = at + 1;
    slider.setAttribute("aria-valuetext", moment.label);
    get("count").textContent = `${at + 1} / ${count}`;
    get("first").disabled = get("previous").disabled = at === 0;
    get("last").disabled = get("next").disabled = at === count - 1;
    try {
      history.replaceState(null, "", `#${at + 1}`);
    } catch { // where a page may not say its place, it has none
    }
  };

  const pause = () => {
    clearTimeout(timer);
    timer = 0;
    get("play").textContent = "Play";
    get("live").setAttribute("aria-live", "polite");
  };
  const wait = () => {
    timer = setTimeout(() => {
      if (at === count - 1) return pause();
      show(at + 1);
      wait();
    }, 1000 * film.moments[at].seconds);
  };
  const play = () => {
    if (at === count - 1) show(0);
    get("play").textContent = "Pause";
    get("live").setAttribute("aria-live", "off");
    wait();
  };
  const go = (index) => {
    pause();
    show(index);
  };
  // Who wants less motion steps on; nothing moves by itself.
  const space = () => (reduced.matches ? go(at + 1) : timer ? pause() : play());

  const acts = {
    first: () => go(0), previous: () => go(at - 1), next: () => go(at + 1),
    last: () => go(count - 1), play: space,
    theme: () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    },
    zoom: () => {
      const large = picture.classList.toggle("large");
      get("zoom").setAttribute("aria-pressed", String(large));
    },
  };
  for (const [name, act] of Object.entries(acts)) get(name).addEventListener("click", act);
  slider.addEventListener("input", () => go(slider.value - 1));
  const motion = () => { get("play").hidden = reduced.matches; };
  reduced.addEventListener("change", () => { pause(); motion(); });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target === slider) return;
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    const keys = {
      ArrowRight: acts.next, PageDown: acts.next, ArrowLeft: acts.previous, PageUp: acts.previous,
      Home: acts.first, End: acts.last, " ": space,
    };
    if (!(event.key in keys)) return;
    if (picture.classList.contains("large") && event.key.startsWith("Arrow")) return;
    keys[event.key]();
    event.preventDefault();
  });

  let down = null;
  picture.addEventListener("pointerdown", (event) => {
    down = event.isPrimary && event.pointerType !== "mouse" ? [event.clientX, event.clientY] : null;
  });
  picture.addEventListener("pointerup", (event) => {
    if (!down || !event.isPrimary || picture.classList.contains("large")) return;
    const x = event.clientX - down[0], y = event.clientY - down[1];
    down = null;
    if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y)) go(at + (x < 0 ? 1 : -1));
  });
  picture.addEventListener("pointercancel", () => { down = null; });

  const asked = () => {
    const number = Number.parseInt(location.hash.slice(1), 10);
    return Number.isNaN(number) ? 0 : number - 1;
  };
  addEventListener("hashchange", () => { if (asked() !== at) go(asked()); });
  get("controls").hidden = false;
  motion();
  show(asked());
})();
