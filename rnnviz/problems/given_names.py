"""Given names of many languages, in the letters a to z."""

_WRITTEN = """
aaron abel abigail abraham ada adam adele adrian agata agnes ahmed aida aino aisha akira alan alba
albert alessandro alessia alex alexander alexandra alfred alice alicia alina alma amalia amanda
amara amelia amina amir amos amy anabel anders andre andrea andreas andrew angela angelo anita anna
annabel anne annika anton antonia antonio april arjun armand arthur arturo asha astrid audrey august
aurora axel ayumi barbara bart basil beatrice beatriz bella ben benedict benita benjamin bernard
bernardo bertha bettina bianca bjorn blanca boris brenda brian bridget bruno caleb camila camilla
carina carl carla carlo carlos carmen carol carolina caroline caspar cassandra catalina caterina
catherine cecilia celeste celia cesar chandra charles charlotte chiara chloe christian christina
christopher claire clara clarissa claudia claudio clement clementine colin conrad constance cora
cordelia cornelia cosima cristina cynthia cyrus dagmar daisy dalia damian dana daniel daniela daria
dario darius david deborah delia delphine denis derek diana diego dieter dimitri dina dino dolores
dominic dominik donald donata donna dora dorian doris dorothea douglas dragan duncan dylan edgar
edith edmund eduardo edward edwin eileen einar elaine eleanor elena eleonora eli elias elijah elin
elisa elisabeth elise eliza ella ellen elliot eloise elsa elvira emil emilia emilio emily emma
enrico enzo erasmus eric erica erik erika ernest ernesto erwin esme esperanza esteban estelle esther
ethan eugenia eunice eva evan evelyn fabian fabio fabrizio faith fatima federica federico felicia
felicity felipe felix ferdinand fernanda fernando fiona fleur flora florence florian frances
francesca francesco francis francisco frank franz freda frederic frida frieda friedrich gabriel
gabriela gareth gaspard gemma geoffrey george georgia gerald gerard gerda giacomo gianna gilbert
gina giorgia giorgio giovanna giovanni giulia giuseppe gloria godfrey gordon grace graham gregory
greta grigori guido guillermo gunnar gustav gwen hakan hana hanna hannah hans harald harold harriet
harry hassan hazel heather hector hedwig heidi helen helena helga helmut henri henrietta henrik
henry herbert herman hermione hilda hiroshi holly homer horace hubert hugh hugo humphrey ian ibrahim
ida ignacio igor ilaria ilse imogen indira ines inga ingmar ingrid irena irene irina iris irma isaac
isabel isabella isadora isak ismael ivan ivana ivo ivy jack jacob jacqueline jaime jakob jamal james
jan jana jane janet janine janos jasmine jason javier jean jelena jennifer jeremy jerome jesper
jessica jill joachim joan joanna joaquin johan johanna john jonas jonathan jordan jorge josef joseph
josephine joshua juan judith jules julia julian juliana julie juliet julius june jurgen justin
justine kai kamal kamila karen karim karin karina karl karla karolina kaspar katarina kate katherine
kathleen katja katrin keiko keith kenji kenneth kerstin kevin khalid kiran klara klaus knut konrad
konstantin kristina kumar kurt lars laszlo laura lauren laurence laurent lavinia lea leander leandro
lena leo leon leona leonard leonardo leonie leonora leopold leslie leticia lewis lidia liliana
lillian lily linda linnea linus lionel lisa liv livia logan lois lola lorena lorenzo lorna lothar
louis louisa louise luca lucas lucia luciana luciano lucille lucinda lucy ludmila ludwig luis luisa
luke luna lydia mabel madeleine magda magdalena magnus maja malcolm malik malin mandy manfred manuel
manuela mara marc marcel marcela marco marcus margaret margarita margit margot maria mariana
marianne marie marielle marina mario marion marisa marit mark marlene marta martha martin martina
mary massimo mateo mathilda matilda matteo matthew matthias maud maurice mauro max maxim maximilian
maya megan mehmet melanie melina melissa mercedes meredith mia michael michaela michelle miguel
mikael mila milan milena miles milo mina mira miranda miriam mirko moira molly mona monica monika
morgan moritz moses muriel mustafa myra nadia nadine nana nancy naomi natalia natalie natasha nathan
nathaniel nelly nelson nia nicholas nicola nicole niels nigel nikita nikolai nils nina noel nora
norbert norma norman octavia oda odette odile olaf oleg olga oliver olivia olof omar ophelia oriana
orlando oscar oskar oswald otto pablo palma paloma pamela paola paolo pascal patricia patrick paul
paula paulina pauline pavel pedro penelope percy perla peter petra philip philippa phoebe pia pierre
pilar piotr primo priya queenie quentin quincy quirin rachel rafael raffaella rainer raj ralph ramon
ramona randolph raphael rasmus raul raymond rebecca regina reinhard remy renata rene renee rhoda
ricardo riccardo richard rita robert roberta roberto robin rocco roderick rodrigo roger roland rolf
roman romeo romina ronald rosa rosalie rosalind rosanna rose rosemary rowena roxana ruben rudolf
rufus rupert ruth sabina sabine sabrina salma salome salvatore samir samuel sandra sandro sanjay
santiago sara sarah saskia saul sebastian selena selma serena sergei sergio severin sharon sheila
sidney siegfried sigrid silas silvana silvia silvio simon simone sita sofia solveig sonia sophia
sophie stanislav stefan stefania stella stephanie stephen steven stuart sunil susan susanna suzanne
svea sven svetlana sybil sylvia takeshi tamara tania tara tarek tatiana ted teodor teresa tereza
thea theodora theodore theresa thomas thorsten tilda tim timothy tina titus tobias tom tomas toni
torsten tristan trudy ulf ulla ulrich ulrika umberto una urban uri ursina ursula uwe vadim valentin
valentina valeria valerie vanessa vasco vera verena vernon veronica victor victoria viktor vincent
vincenzo viola violet virgil virginia vito vittoria vivian vladimir walburga waldemar wallis walter
wanda warren wendy wenzel werner wilfred wilhelm wilhelmina willa william wilma winfried winifred
wolfgang xandra xaver xavier xenia ximena yann yannick yara yasmin yasmina ylva yoko yolanda yuki
yuri yusuf yvette yvo yvonne zachary zaira zara zelda zeno zenobia zita zoe zora zuzana
"""
NAMES = tuple(_WRITTEN.split())
"""In alphabetical order; some are written in more than one way."""
