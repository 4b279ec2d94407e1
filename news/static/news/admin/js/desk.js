// The moderation desk by keyboard and without reloading. Every button here is a form's and works without this.
// A decision shows at once and is sent behind; what could not be saved comes back with a sentence.

const desk = document.getElementById("desk")
const bulk = document.getElementById("bulk")
const said = document.querySelector(".desk__said")
const words = document.querySelector(".desk__words")
const cards = () => [...desk.querySelectorAll("[data-card]:not([hidden])")]
const of = (id) => [...desk.querySelectorAll(`[data-card="${id}"], [data-row="${id}"]`)]
const POLL = 15_000
const UNDO = 10_000 // milliseconds that a decision can be taken back here; later from the log
const IDLE = 300_000 // milliseconds without a key or a click after which others may have the cards
const FEW = 10 // cards left, of 25, at which more are asked for

// The card in hand

let current = null

function choose(card, focus = true) {
  current?.classList.remove("is-current")
  current = card ?? null
  current?.classList.add("is-current")
  if (focus) current?.focus()
  if (focus) current?.scrollIntoView({ block: "nearest" })
}

function step(by) {
  const all = cards()
  const next = all[Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1)]
  if (next) choose(next)
}

/** The card that follows once these are gone. */
function after(gone) {
  const all = cards()
  const at = all.indexOf(current)
  return [...all.slice(at), ...all.slice(0, at).reverse()].find((card) => !gone.has(card.dataset.card))
}

// What was said, and taking it back

let timer = 0
let undoable = null // {undo, first}: what the server takes, and the comment to come back to

function say(text, undo = null) {
  undoable = undo
  said.querySelector("[role=status]").textContent = text
  said.querySelector("[data-undo]").hidden = !undo
  said.hidden = false
  clearTimeout(timer)
  timer = setTimeout(() => { said.hidden = true; undoable = null }, UNDO)
}

// Sending: one after the other, so that an undo never overtakes what it undoes

let line = Promise.resolve()

function send(data, address = location.href) {
  const answer = line.then(() => ask(address, { method: "POST", body: data }))
  line = answer.catch(() => {})
  return answer
}

async function ask(address, options = {}) {
  const headers = { Accept: "application/json" }
  const response = await fetch(address, { ...options, headers, redirect: "manual" }).catch(() => null)
  if (response?.type === "opaqueredirect") throw new Error(desk.dataset.signedOut)
  if (!response || response.status >= 500) throw new Error(desk.dataset.failed)
  const answer = await response.json().catch(() => null)
  if (!answer) throw new Error(desk.dataset.failed)
  if (!response.ok) throw new Error(answer.said)
  return answer
}

const alike = ({ dataset }) => cards().filter((card) => card.dataset.group === dataset.group)

async function decide(form, button) {
  const data = new FormData(form, button)
  const ids = new Set(data.getAll("pk"))
  if (!ids.size) return
  if (data.has("group")) for (const card of alike(form.closest("[data-group]"))) ids.add(card.dataset.card)
  const next = ids.has(current?.dataset.card) ? after(ids) : current
  const gone = [...ids].flatMap(of)
  for (const item of gone) item.hidden = true
  choose(next)
  try {
    const answer = await send(data)
    for (const item of gone) if (!answer.kept.includes(item.dataset.card ?? item.dataset.row)) item.remove()
    for (const item of gone) item.hidden = false
    say(answer.said, answer.undo && { undo: answer.undo, first: [...ids][0] })
    if (data.has("group") || cards().length < FEW) refresh()
  } catch (error) {
    for (const item of gone) item.hidden = false
    choose(gone.find((item) => item.dataset.card) ?? current)
    say(error.message)
  }
  tick()
}

async function undo() {
  await line // a decision that is still on its way can be taken back too
  await new Promise((done) => setTimeout(done))
  if (!undoable) return
  const data = new FormData(bulk)
  data.delete("pk")
  data.set("act", "undo")
  const { undo: what, first } = undoable
  data.set("undo", what)
  undoable = null
  try {
    say((await send(data)).said)
    await refresh()
    choose(of(first).find((item) => item.dataset.card) ?? current)
  } catch (error) {
    say(error.message)
  }
}

// What is new, every quarter of a minute; asking also keeps the cards in this person's hands

// In the same line as the decisions, or it would bring back what was decided on meanwhile.
let asked = null
function refresh() {
  if (!asked) {
    asked = line.then(() => { asked = null }).then(load)
    line = asked.catch(() => {})
  }
  return asked
}

async function load() {
  const address = new URL(location.href)
  address.searchParams.set("part", "queue")
  const response = await fetch(address, { redirect: "manual" }).catch(() => null)
  if (!response?.ok) return
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  for (const number of page.querySelectorAll("[data-number]")) {
    for (const shown of document.querySelectorAll(`.desk__queues [data-number="${CSS.escape(number.dataset.number)}"]`)) shown.textContent = number.textContent
  }
  merge("cards", "card", page)
  merge("newest", "row", page)
  desk.querySelector(".desk__newest").hidden = !desk.querySelector("[data-row]")
  if (!current?.isConnected || current.hidden) choose(cards()[0], document.activeElement === document.body)
  mark()
  tick()
}

/** Adds what is new in place, and takes away what somebody else has decided on; never the card in hand. */
function merge(list, item, page) {
  const here = desk.querySelector(`[data-${list}]`)
  const there = [...page.querySelectorAll(`[data-${item}]`)]
  const fresh = new Set(there.map((one) => one.dataset[item]))
  for (const old of here.querySelectorAll(`[data-${item}]`)) {
    if (!fresh.has(old.dataset[item]) && old !== current && !old.hidden) old.remove()
  }
  let before = null
  for (const one of there.reverse()) {
    const known = here.querySelector(`[data-${item}="${one.dataset[item]}"]`)
    if (!known) here.insertBefore(one, before)
    before = known ?? one
  }
}

// Highlights: painted over the text, which stays one piece

function mark() {
  if (!window.Highlight) return
  const ranges = []
  for (const text of desk.querySelectorAll("[data-marks]")) {
    for (const [start, end] of JSON.parse(text.dataset.marks)) {
      const range = new Range()
      try {
        range.setStart(text.firstChild, start)
        range.setEnd(text.firstChild, end)
        ranges.push(range)
      } catch { /* the text was erased */ }
    }
  }
  CSS.highlights.set("desk", new Highlight(...ranges))
}

// What is selected, and whether anything is left

function tick() {
  desk.querySelector(".desk__empty").hidden = cards().length > 0
  const number = desk.querySelectorAll("input[name=pk]:checked").length
  bulk.classList.toggle("is-picking", number > 0)
  bulk.querySelector("[data-picked]").textContent = number
}

// Word lists

function offerWord() {
  words.querySelector("[name=word]").value = String(getSelection()).trim().slice(0, 40)
  words.showModal()
}

words.addEventListener("submit", async (event) => {
  if (event.submitter?.formMethod === "dialog") return
  event.preventDefault()
  try {
    say((await send(new FormData(event.target), event.target.action)).said)
    words.close()
    refresh()
  } catch (error) {
    say(error.message)
    words.close()
  }
})

// Keys and clicks

const press = (selector) => current?.querySelector(selector)?.click()
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  a: () => press("[value=approve]"),
  h: () => press("[value=hide]"),
  x: () => press("input[name=pk]"),
  g: () => press("[name=group] ~ [value=reject]"),
  u: undo,
  e: offerWord,
  A: () => bulk.querySelector("[value=approve]").click(),
  R: () => bulk.querySelector("select").focus(),
  r() {
    const why = current?.querySelector("details")
    if (!why) return
    why.open = true
    why.querySelector("input[name=words]").focus()
  },
}

let active = Date.now()
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { active = Date.now() })

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || words.open) return
  const field = event.target.closest("input:not([type=checkbox]), textarea, select")
  const why = event.target.closest("details[open]")
  if (why && /^[1-6]$/.test(event.key) && !field?.value) {
    event.preventDefault()
    why.querySelectorAll("[name=reason]")[Number(event.key) - 1].click()
  } else if (why && event.key === "Escape") {
    why.open = false
    choose(current)
  } else if (!field && KEYS[event.key]) {
    event.preventDefault()
    KEYS[event.key]()
  }
})

document.addEventListener("submit", (event) => {
  if (!desk.contains(event.target) && event.target !== bulk) return
  event.preventDefault()
  decide(event.target, event.submitter)
})
desk.addEventListener("focusin", ({ target }) => {
  const card = target.closest("[data-card]")
  if (card && card !== current) choose(card, false)
})
desk.addEventListener("change", tick)
said.querySelector("[data-undo]").addEventListener("click", undo)

const single = document.querySelector("[data-single]")
function one(on) {
  desk.classList.toggle("desk--single", on)
  single.setAttribute("aria-pressed", String(on))
  try { localStorage.setItem("desk-single", on ? "1" : "") } catch { /* forbidden */ }
}
single.addEventListener("click", () => one(single.getAttribute("aria-pressed") !== "true"))
single.hidden = false
try { one(localStorage.getItem("desk-single") === "1") } catch { /* forbidden */ }

document.body.classList.add("desk--live")
document.querySelector(".desk__keys").hidden = false
setInterval(() => document.visibilityState === "visible" && Date.now() - active < IDLE && refresh(), POLL)
choose(document.getElementById(location.hash.slice(1))?.closest("[data-card]") ?? cards()[0])
mark()
tick()
