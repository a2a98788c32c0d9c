import type { Bug } from '../bug.ts'
import { BOOKING } from './booking.ts'
import { EPOCHS } from './epochs.ts'
import { SENDING } from './sending.ts'

export const BUGS: readonly Bug[] = [...SENDING, ...EPOCHS, ...BOOKING]
