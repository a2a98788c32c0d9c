import type { Section } from '../harness/history.ts'
import { calm } from './calm.ts'
import { faults } from './faults.ts'
import { kills } from './kills.ts'
import { manyWorkers } from './many-workers.ts'
import { oldSnapshot } from './old-snapshot.ts'
import { pool } from './pool.ts'
import { randomKills } from './random-kills.ts'
import { redis } from './redis.ts'
import { reorgs } from './reorgs.ts'
import { vetoes } from './vetoes.ts'

export const SECTIONS: readonly Section[] = [
  calm,
  kills,
  randomKills,
  manyWorkers,
  vetoes,
  redis,
  reorgs,
  pool,
  faults,
  oldSnapshot,
]
