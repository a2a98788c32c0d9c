import type { Bug } from '../bug.ts'
import { BOOKING } from './booking.ts'
import { SENDING } from './sending.ts'

export const BUGS: readonly Bug[] = [...SENDING, ...BOOKING]
