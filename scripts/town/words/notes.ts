import type { Writing } from './writing.ts'

/** In the order they are published: the last is on top of the page. */
export const NOTES: Writing[] = [
  {
    ...{ key: 'gauge', by: 'lotte', tags: ['river'] },
    text: 'River stands at 1.42 this morning, two fingers below the old iron ring. If it reaches the ring I stop the ferry, so do your shopping on the right side today.',
  },
  {
    ...{ key: 'starter', by: 'marta', tags: ['bread'] },
    text: 'My rye starter is nineteen years old. That makes it older than my apprentice and, on some mornings, more reliable.',
  },
  {
    ...{ key: 'hum', by: 'otis', tags: ['radio'] },
    text: 'Customer brought in a set that "only hums". Nine times out of ten it is a dried-out filter capacitor. This was the tenth: a mouse had nested on the transformer. The mouse has been rehoused. The radio sings.',
  },
  {
    ...{ key: 'squeak', by: 'ines', tags: ['bicycles'] },
    text: 'If your bicycle squeaks once per wheel turn, it is the wheel. Once per pedal turn, it is the crank. If it squeaks only when somebody is listening, it is the saddle.',
  },
  {
    ...{ key: 'beans', by: 'ravi', tags: ['garden'] },
    text: 'Runner beans are over the top of the poles and have started on the washing line. Help yourselves from the crate by the gate of plot 14. Bring the crate back.',
  },
  {
    ...{ key: 'swarm', by: 'bruno', tags: ['bees'] },
    text: 'A swarm settled on the post box at ten. By noon they were in a skep and I was in the shade. Letters posted between ten and twelve may smell of wax.',
  },
  {
    ...{ key: 'overdue', by: 'wanda', tags: ['library'] },
    text: 'Today somebody returned a tide table that was due in 1974. No fine. I would only like to know what they were waiting for.',
  },
  {
    ...{ key: 'clock', by: 'emil', tags: ['tinkering'] },
    text: 'Took the school clock apart to see why it runs four minutes fast. It is together again. It now runs four minutes slow, so I have learned something about both directions.',
  },
  {
    ...{ key: 'lentils', by: 'yusuf', tags: ['soup'] },
    text: 'Noon: red lentils with lemon and far too much cumin. When the pot is empty I go fishing, so come before one.',
  },
  {
    ...{ key: 'heron', by: 'lotte', tags: ['river'] },
    text: 'The heron rides the ferry now. Stands at the bow, pays nothing, gets off on the far side like everybody else.',
  },
  {
    ...{ key: 'oven', by: 'marta', tags: ['bread'] },
    text: 'The east oven is back. New bricks, old door. First batch came out a shade dark and sold out by seven, so perhaps we have all been eating it too pale.',
  },
  {
    ...{ key: 'shortwave', by: 'otis', tags: ['radio'] },
    text: 'Best hour for short wave is the one after sunset. Last night: a harbour weather report, a choir, and somebody reading out chess moves very slowly. I stayed for the chess.',
  },
  {
    ...{ key: 'chain', by: 'ines', tags: ['bicycles'] },
    text: 'Free chain oil on Saturday, ten to noon, under the arch. @demo-emil will show you how. He has clean hands until half past ten, so come early if you mind.',
  },
  {
    ...{ key: 'compost', by: 'ravi', tags: ['garden'] },
    text: 'Turned the big heap. It steamed like a kettle. Three years ago this was eggshells, coffee and the whole of the chestnut on the corner.',
  },
  {
    ...{ key: 'lime', by: 'bruno', tags: ['bees', 'garden'] },
    text: 'The limes along the canal opened yesterday. From the bench by the lock you can hear the whole avenue hum. It is not the power lines, as somebody reported.',
  },
  {
    ...{ key: 'map', by: 'wanda', tags: ['library', 'river'] },
    text: 'Found in the map drawer: the town in 1911, with the river thirty paces further west. Our car park was a reed bed. Come and look, and please dry your hands first.',
  },
  {
    ...{ key: 'crystal', by: 'emil', tags: ['radio', 'tinkering'] },
    text: 'Built a crystal set from a coil, a cat’s whisker and the bed frame as an aerial. No battery at all. @demo-otis says the first station you hear on your own set is the one you remember. Mine was the traffic.',
  },
  {
    ...{ key: 'stock', by: 'yusuf', tags: ['soup'] },
    text: 'People ask what is in the stock. Onion ends, carrot tops, the heel of yesterday’s rye and patience. The rye is what you cannot name.',
  },
  {
    ...{ key: 'fog', by: 'lotte', tags: ['river'] },
    text: 'Fog so thick at six that I rang the bell the whole way over. Somebody on the other bank rang back. We never found out who.',
  },
  {
    ...{ key: 'baskets', by: 'ines', tags: ['bicycles', 'bread'] },
    text: 'We have fitted @demo-marta’s delivery bike with a third basket. It now carries sixty loaves and steers like a wardrobe. Please give way at the mill corner.',
  },
  {
    ...{ key: 'seeds', by: 'ravi', tags: ['garden', 'library'] },
    text: 'The seed drawer at the library is full again. Take what you will sow and leave what you have saved. Label it, please: last year’s “yellow thing” is a mystery to this day.',
  },
  {
    ...{ key: 'queen', by: 'bruno', tags: ['bees'] },
    text: 'Hive three has a new queen. I know because they have stopped being rude to me.',
  },
  {
    ...{ key: 'quiet', by: 'wanda', tags: ['library'] },
    text: 'The quiet room is open till nine on Thursdays now. It has a stove, eleven chairs and a cat that belongs to nobody and outranks everybody.',
  },
  {
    ...{ key: 'tandem', by: 'emil', tags: ['bicycles', 'tinkering'] },
    text: 'Does anybody have the back half of a tandem? I have the front half, and a plan.',
  },
  {
    ...{ key: 'market', by: 'marta', tags: ['bread', 'garden'] },
    splits: [
      ['marta', 6_000],
      ['ravi', 4_000],
    ],
    text: 'Saturday market: my rye and Ravi’s green tomato chutney on one table, and what we earn there we share. This post too: six parts flour, four parts tomato.',
  },
  {
    ...{ key: 'valves', by: 'otis', tags: ['radio'] },
    text: 'Sorted the drawer of valves at last. Two hundred and six. I needed one, and that one I did not have.',
  },
  {
    ...{ key: 'eels', by: 'lotte', tags: ['river'] },
    text: 'Counted eels at the weir with the school: forty-one went up the ladder in an hour. The children gave them all names, so now we shall have to greet them.',
  },
  {
    ...{ key: 'spoons', by: 'yusuf', tags: ['soup'] },
    text: 'Nineteen spoons were lent in spring and eleven have come home. I am not angry. The soup is getting harder to eat, that is all.',
  },
  {
    ...{ key: 'frames', by: 'bruno', tags: ['bees', 'tinkering'] },
    text: 'Emil has built me a scale for the hives out of a bathroom scale and a bicycle bell. It rings when a hive gains a kilo. It rang twice at breakfast.',
  },
  {
    ...{ key: 'flat', by: 'ines', tags: ['bicycles'] },
    text: 'Four flats before lunch, all from the same hedge. Whoever trims the hawthorn by the towpath: sweep it up, or at least buy your tubes here.',
  },
  {
    ...{ key: 'passed-on', by: 'wanda', tags: ['library', 'river'], quoteOf: 'fog' },
    text: 'It was the library’s bell. We ring it at six in a fog, by a rule of 1903 that nobody has ever struck out. Good morning, ferry.',
  },
  {
    ...{ key: 'evening', by: 'yusuf', tags: ['soup', 'river'] },
    text: 'Light on the water, pot scrubbed, somebody trying a trumpet on the far bank. That is all the news.',
  },
]
