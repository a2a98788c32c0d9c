/** What a thread of the sealer does with what it is given. */
export { sealPlaces as default } from '@rivulet/contracts/sealed-places'
