/* Chinese punctuation: what to change in one paragraph. Numbers, addresses and Latin text are left alone. */

const FULL = { ",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。" }
const CHINESE = /[\u3400-\u9fff\u3000-\u303f\uff00-\uffef\u201c\u201d\u2018\u2019\u2026]/
const LEAVE = /(?:https?:\/\/|www\.)[\x21-\x7e]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi
const INDENT = /^[\u3000\u00a0 \t]+/

/** [{from, to, text}] in the order of the text, not overlapping. */
export function mend(text) {
  const left = addresses(text)
  const indent = text.match(INDENT)?.[0].length ?? 0
  const mended = text.split("")
  const pairs = [...brackets(text), ...quotes(text)]
  for (const [at, character] of pairs) if (!left.has(at)) mended[at] = character
  for (let at = indent; at < text.length; at++) {
    const full = FULL[text[at]]
    if (full && !left.has(at) && isChinese(mended[at - 1]) && endsThere(mended, at)) mended[at] = full
  }
  const edits = mended.map((character, at) => ({ from: at, to: at + 1, text: character }))
  const changed = edits.filter(({ from, text: character }) => from >= indent && character !== text[from])
  return indent ? [{ from: 0, to: indent, text: "" }, ...changed] : changed
}

function addresses(text) {
  const found = new Set()
  for (const { 0: address, index } of text.matchAll(LEAVE)) {
    for (let n = 0; n < address.length; n++) found.add(index + n)
  }
  return found
}

const isChinese = (character) => Boolean(character) && CHINESE.test(character)

/** Followed by Chinese, by a quotation mark or bracket, or by nothing. */
function endsThere(characters, at) {
  const next = characters.slice(at + 1).find((character) => character.trim())
  return next === undefined || isChinese(next) || `"'()`.includes(next)
}

/** Brackets around Chinese words. */
function brackets(text) {
  const pairs = [...text.matchAll(/\(([^()]*)\)/g)].filter((match) => /[\u3400-\u9fff]/.test(match[1]))
  return pairs.flatMap(({ 0: pair, index }) => [[index, "（"], [index + pair.length - 1, "）"]])
}

/** Straight double quotes in pairs, and single ones that touch Chinese, when the pair holds or touches Chinese. */
function quotes(text) {
  const found = []
  for (const [mark, open, close] of [['"', "“", "”"], ["'", "‘", "’"]]) {
    const places = [...text.matchAll(new RegExp(mark, "g"))].map((match) => match.index)
    const own = places.filter((at) => !(/[0-9A-Za-z]/.test(text[at - 1] ?? "") && /[0-9A-Za-z]/.test(text[at + 1] ?? "")))
    for (let n = 0; n + 1 < own.length; n += 2) {
      const [from, to] = [own[n], own[n + 1]]
      const around = text.slice(from + 1, to) + (text[from - 1] ?? "") + (text[to + 1] ?? "")
      if (/[\u3400-\u9fff]/.test(around)) found.push([from, open], [to, close])
    }
  }
  return found
}
