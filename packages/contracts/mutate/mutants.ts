/*
 * Finds what can be taken out of a Solidity source, and rewrites the source so that any one of it can be: each such place
 * asks `Mutant.live(k)` first. One compilation then serves for all of them, and the creation code says which one is out.
 */

/** One thing that is taken out. */
export interface Mutant {
  /** From 1; 0 stands for none. */
  id: number
  kind: 'guard' | 'operand' | 'call' | 'modifier' | 'effect'
  file: string
  line: number
  text: string
}

/** Stands in the creation code where the number of the mutant goes. */
export const MARK = 'c0ffee00c0ffee01c0ffee02c0ffee03c0ffee04c0ffee05c0ffee06c0ffee07'

/** The library that the rewritten sources ask. It keeps the number in a slot that nothing else uses. */
export const mutantLibrary = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
library Mutant {
    function live(uint256 k) internal view returns (bool yes) {
        assembly ("memory-safe") { yes := iszero(eq(sload(not(0)), k)) }
    }
    function choose() internal {
        // The call makes the compiler forget what it stored, or it would decide the constructor's own guards itself.
        assembly ("memory-safe") {
            sstore(not(0), 0x${MARK})
            pop(call(gas(), 4, 0, 0, 0, 0, 0))
        }
    }
}
`

const MODIFIERS = `
    modifier nonReentrantIf(uint256 k) { if (Mutant.live(k)) _nonReentrantBefore(); _; if (Mutant.live(k)) _nonReentrantAfter(); }
    modifier whenNotPausedIf(uint256 k) { if (Mutant.live(k) && block.timestamp < pausedUntil) revert IsPaused(); _; }
    modifier whenNotFrozenIf(uint256 k) { if (Mutant.live(k) && _head.frozen) revert IsFrozen(); _; }
    modifier whenFrozenIf(uint256 k) { if (Mutant.live(k) && !_head.frozen) revert NotFrozen(); _; }
    modifier onlyRoleIf(uint256 k, bytes32 role) { if (Mutant.live(k)) _checkRole(role); _; }
`

/** Rewrites sources, and numbers what can be taken out of them. */
export class Rewriter {
  readonly mutants: Mutant[] = []

  /** The rewritten text of one source. `file` is its path below `solidity/`. */
  rewrite(file: string, source: string): string {
    const at = (text: string, index: number) => text.slice(0, index).split('\n').length
    const taken = (kind: Mutant['kind'], line: number, text: string) => {
      const id = this.mutants.length + 1
      this.mutants.push({ id, kind, file, line, text: text.replace(/\s+/g, ' ').trim() })
      return id
    }
    const operands = (condition: string, line: number): string => {
      for (const operator of ['||', '&&'] as const) {
        const parts = splitTop(condition, operator)
        if (parts.length === 1) continue
        return parts
          .map((part) => {
            const id = taken('operand', line, `${operator} ${part}`)
            // Without it the rest decides: false is nothing to an "or", true nothing to an "and".
            return operator === '||'
              ? `(Mutant.live(${id}) && (${part}))`
              : `(!Mutant.live(${id}) || (${part}))`
          })
          .join(` ${operator} `)
      }
      return condition
    }

    let text = ''
    let rest = 0
    const pattern =
      /\bif \(|^ +_require\w+\(|\breturn (?=[^;]*(?:\|\||&&))|\bbool \w+ = (?=[^;]*(?:\|\||&&))|^ {8,}(?!if|return|revert|emit|for|while|delete)[a-z_][\w.[\]]* (?:=|\+=|-=|\|=|\^=) |\b(?:nonReentrant|whenNotPaused|whenNotFrozen|whenFrozen|onlyRole\(\w+\))(?=\s)|^ +modifier /gm
    const body = source.replace(/\bpure\b/g, 'view') // asking costs a read of storage
    for (let found = pattern.exec(body); found !== null; found = pattern.exec(body)) {
      const start = found.index
      if (start < rest) continue
      const line = at(body, start)
      const [match] = found
      const lineStart = body.lastIndexOf('\n', start) + 1
      if (/^\s*(\/\/|\*)/.test(body.slice(lineStart, start + match.length))) continue
      const before = body.slice(rest, start)
      if (match === 'if (') {
        const end = closing(body, start + 3)
        const condition = body.slice(start + 4, end)
        const then = body.slice(end + 1).trimStart()
        if (!/^\{?\s*(revert|return)\b/.test(then)) continue
        const id = taken('guard', line, body.slice(start, body.indexOf(';', end) + 1))
        text += `${before}if (Mutant.live(${id}) && (${operands(condition, line)}))`
        rest = end + 1
      } else if (/_require/.test(match)) {
        const id = taken('call', line, body.slice(start, body.indexOf(';', start) + 1))
        text += `${before}if (Mutant.live(${id})) ${match.trimStart()}`
        rest = start + match.length
      } else if (/^(return|bool)/.test(match)) {
        const end = body.indexOf(';', start)
        text += `${before}${match}${operands(body.slice(start + match.length, end), line)}`
        rest = end
      } else if (/(?:=) $/.test(match)) {
        if (/\bconstructor\b/.test(body) && inConstructor(body, start)) continue
        const end = body.indexOf(';', start) + 1
        const id = taken('effect', line, body.slice(start, end))
        text += `${before}if (Mutant.live(${id})) ${body.slice(start, end).trimStart()}`
        rest = end
      } else if (/^ +modifier /.test(match)) {
        rest = body.indexOf('\n    }', start) + 6 // written anew below
        text += before + body.slice(start, rest)
      } else {
        const [, name, role] = /^(\w+)(?:\((\w+)\))?$/.exec(match)!
        const id = taken('modifier', line, `${match} of ${functionAt(body, start)}`)
        text += `${before}${name}If(${id}${role === undefined ? '' : `, ${role}`})`
        rest = start + match.length
      }
      pattern.lastIndex = Math.max(pattern.lastIndex, rest)
    }
    text += body.slice(rest)
    const path = file.includes('/') ? '../' : './'
    text = text.replace(/\n(\/\/\/ @title)/, `\nimport {Mutant} from "${path}Mutant.sol";\n\n$1`)
    if (!/\bcontract SettlementVault is/.test(text)) return text
    return text
      .replace(/(EIP712\("SettlementVault", "1"\)\s*\{)/, '$1 Mutant.choose();')
      .replace(/(\n {4}\/\/ -+ deposits\n)/, `${MODIFIERS}$1`)
  }
}

/** The parts of a condition at its top level. */
function splitTop(condition: string, operator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < condition.length; i++) {
    if (condition[i] === '(' || condition[i] === '[') depth++
    if (condition[i] === ')' || condition[i] === ']') depth--
    if (depth === 0 && condition.startsWith(operator, i)) {
      parts.push(condition.slice(from, i).trim())
      from = i + operator.length
      i++
    }
  }
  return [...parts, condition.slice(from).trim()]
}

function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return i
  }
  throw new Error(`no closing bracket after ${text.slice(open, open + 40)}`)
}

function inConstructor(text: string, at: number): boolean {
  const begin = text.indexOf('constructor(')
  return at > begin && at < text.indexOf('\n    }', begin)
}

function functionAt(text: string, at: number): string {
  return /function (\w+)(?![\s\S]*function )/.exec(text.slice(0, at))?.[1] ?? '?'
}
