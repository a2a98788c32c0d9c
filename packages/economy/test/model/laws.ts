import { clearingFee } from '../../src/clearing/rules.ts'
import { exceedsCap } from '../../src/grants/rules.ts'
import { afterTakingBack, chooseSource, partsDue, turns } from '../../src/interactions/rules.ts'
import { splitPayment } from '../../src/payments/rules.ts'
import { splitBudget } from '../../src/periods/rules.ts'
import {
  refusalOfCampaign,
  refusalOfMember,
  refusalOfReturn,
  viewHold,
  viewParts,
} from '../../src/views/rules.ts'
import { shareVoid } from '../../src/views/void-rules.ts'

/** The rules that decide, as they ship. A test that plants a wrong one replaces it here. */
export const LAWS = {
  afterTakingBack,
  chooseSource,
  clearingFee,
  exceedsCap,
  partsDue,
  refusalOfCampaign,
  refusalOfMember,
  refusalOfReturn,
  shareVoid,
  splitBudget,
  splitPayment,
  turns,
  viewHold,
  viewParts,
}

export type Laws = typeof LAWS
