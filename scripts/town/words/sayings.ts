import type { Saying } from './writing.ts'

/** What is said under the posts, in order: an answer comes after what it answers. */
export const SAYINGS: Saying[] = [
  { key: 'gauge-1', by: 'ravi', on: 'gauge', text: 'Is that before or after the mill opens at ten?' },
  { key: 'gauge-2', by: 'lotte', on: 'gauge-1', text: 'Before. Take a hand off after ten.' },
  { by: 'emil', on: 'gauge-2', text: 'The stick says 1.41 now. I trust the stick.' },
  { by: 'yusuf', on: 'starter', text: 'Does it get a birthday cake, or would that be cruel?' },
  { key: 'hum-1', by: 'emil', on: 'hum', text: 'Rehoused where?' },
  { by: 'otis', on: 'hum-1', text: 'In the set that I shall never finish. It has a view.' },
  { by: 'marta', on: 'squeak', text: 'Mine squeaks uphill only. What does that make it?' },
  {
    by: 'yusuf',
    on: 'beans',
    text: 'Half the crate is in the pot. The other half looked at me, so I left it.',
  },
  { by: 'wanda', on: 'swarm', text: 'Three letters to the library arrived golden. Nobody has complained.' },
  { key: 'overdue-1', by: 'lotte', on: 'overdue', text: 'For the right tide, I should think.' },
  { by: 'wanda', on: 'overdue-1', text: 'That goes on the card in the box.' },
  { by: 'ines', on: 'clock', text: 'Stand it between the two and call it right.' },
  { by: 'bruno', on: 'lentils', text: 'There is honey for you on the step. It likes lemon too.' },
  {
    by: 'ravi',
    on: 'heron',
    text: 'He was on plot 14 at eight, inspecting the pond. Now I know how he got here.',
  },
  { by: 'bruno', on: 'oven', text: 'Darker, please. And two for the chapel on Sunday.' },
  { key: 'shortwave-1', by: 'wanda', on: 'shortwave', text: 'Who won?' },
  { by: 'otis', on: 'shortwave-1', text: 'The battery gave up first. Black looked happier.' },
  {
    by: 'lotte',
    on: 'map',
    text: 'The ferry landing is marked as a ford. So my job is younger than I thought.',
  },
  { by: 'otis', on: 'crystal', text: 'Traffic is still a voice from nowhere. Well done.' },
  { by: 'marta', on: 'stock', text: 'I always wondered who bought the heels.' },
  { by: 'marta', on: 'baskets', text: 'It steers like a wardrobe, but it is *my* wardrobe.' },
  { key: 'tandem-1', by: 'ines', on: 'tandem', text: 'I may have one. What is the plan?' },
  { by: 'emil', on: 'tandem-1', text: 'A whole tandem.' },
  { by: 'bruno', on: 'rye', text: 'I waited until the morning. My wife did not. Both of us are glad.' },
  { by: 'ravi', on: 'level', text: 'So the duck has no vote. I find that hard, but fair.' },
  { by: 'lotte', on: 'welcome', text: 'The ferry is on the left behind the bridge. Mind the heron.' },
]

/** What is said later, a piece at a time, while the town goes on: each once. */
export const REMARKS: Saying[] = [
  { by: 'emil', on: 'starter', text: 'The apprentice has read this.' },
  { by: 'wanda', on: 'heron', text: 'There is a by-law of 1888 about fowl on the ferry. He pays half.' },
  { by: 'marta', on: 'beans', text: 'Crate is back, with a loaf in it.' },
  {
    by: 'lotte',
    on: 'lime',
    text: 'Switched the engine off in the middle of the canal to listen. You are right.',
  },
  {
    by: 'otis',
    on: 'quiet',
    text: 'The cat and I have reached an understanding about the chair by the stove.',
  },
  { by: 'yusuf', on: 'chain', text: 'Came at eleven. He no longer had clean hands. Neither have I.' },
  { by: 'ines', on: 'compost', text: 'So that is where my apple cores go to be warm.' },
  {
    by: 'ravi',
    on: 'seeds',
    text: 'The yellow thing is a squash. It has told us itself, by eating the fence.',
  },
  {
    by: 'emil',
    on: 'valves',
    text: 'Which one? The school has a cupboard nobody has opened since the moon landing.',
  },
  { by: 'bruno', on: 'eels', text: 'Please say hello to Gerald. He is the long one.' },
  { by: 'ines', on: 'spoons', text: 'Two of yours are tyre levers now. I shall bring you new ones.' },
  { by: 'marta', on: 'frames', text: 'Rang for us too, over the fence. We thought somebody wanted bread.' },
  { by: 'lotte', on: 'flat', text: 'Fifth flat, same hedge. I carried it on the ferry.' },
  { by: 'otis', on: 'passed-on', text: 'Never strike out a good rule.' },
  {
    by: 'wanda',
    on: 'evening',
    text: 'It is the baker’s apprentice. He has three notes and uses them well.',
  },
  { by: 'yusuf', on: 'market', text: 'The chutney did not reach my stall. I blame the queue.' },
  { by: 'bruno', on: 'queen', text: 'An update: they are rude again, but politely.' },
  { by: 'ravi', on: 'evening', text: 'Could hear it as far as the beans. They grew.' },
]
