#!/usr/bin/env node
// Answers forge like a native solc, with the compiler that npm installed: `--version` and `--standard-json` only.
import { readFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative, resolve } from 'node:path'

const solc = createRequire(import.meta.url)('solc')
const args = process.argv.slice(2)

/** Writes everything before it returns: a pipe takes 64 KiB at a time, and an exit would cut the rest off. */
function say(text) {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

/**
 * One name per source. forge calls the files of a hoisted node_modules now by an absolute path and now by one relative
 * to the package, and solc-js would look for either in vain; here each goes by its package, as imports spell it.
 */
function unitName(path) {
  const absolute = resolve(path)
  const [, inPackage] = absolute.split('/node_modules/')
  return inPackage ?? relative(process.cwd(), absolute)
}

/** Same values, keys by unit name; `back` collects what each key was called before. */
function renamed(byPath, back = new Map()) {
  return Object.fromEntries(
    Object.entries(byPath).map(([path, value]) => {
      if (path === '*') return [path, value]
      back.set(unitName(path), path)
      return [unitName(path), value]
    }),
  )
}

function compile(text) {
  const input = JSON.parse(text)
  const back = new Map()
  input.sources = renamed(input.sources, back)
  input.settings.outputSelection = renamed(input.settings.outputSelection, back)
  delete input.settings.remappings // each import is a unit name already

  const output = JSON.parse(solc.compile(JSON.stringify(input)))
  for (const part of ['sources', 'contracts']) {
    const entries = Object.entries(output[part] ?? {})
    output[part] = Object.fromEntries(entries.map(([name, value]) => [back.get(name) ?? name, value]))
  }
  return JSON.stringify(output)
}

if (args.includes('--version')) {
  // forge reads the platform off the end of the version, and knows none called Emscripten.
  const version = solc.version().replace('Emscripten.clang', 'Linux.g++')
  say(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`)
} else if (args.includes('--standard-json')) {
  say(compile(readFileSync(0, 'utf8')))
} else {
  process.stderr.write(`solc.mjs answers --version and --standard-json, not: ${args.join(' ')}\n`)
  process.exitCode = 1
}
