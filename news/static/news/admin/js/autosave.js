/* Keeps what is typed: in this browser at once, on the server within five seconds. Shows who else is there. */

import { read, restore } from "./fields.js";
import { Shelf } from "./local.js";
import { post } from "./server.js";

const WAIT = 5_000
const HEARTBEAT = 15_000
const LOCAL_WAIT = 400

export function start(form, root, words) {
  new Autosave(form, root, words).listen()
}

class Autosave {
  constructor(form, root, words) {
    Object.assign(this, { form, root, words, urls: root.dataset })
    this.shelf = new Shelf(root.dataset.user, root.dataset.story)
    this.before = "bound" in root.dataset ? "" : this.typed() // what the server knows
    this.leaving = false
  }

  get key() {
    return this.form.elements.form_key?.value ?? ""
  }

  get base() {
    return Number(this.form.elements.read_version?.value || 0)
  }

  typed() {
    return JSON.stringify(read(this.form))
  }

  message(extra) {
    return { article: Number(this.root.dataset.story || 0), form_key: this.key, base: this.base, ...extra }
  }

  listen() {
    if (!this.form.elements.form_key) return void this.offer() // a form that may only be read
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.changed())
    window.django?.jQuery(this.form).on("change", () => this.changed()) // select2 speaks only through jQuery
    window.addEventListener("submit", (event) => event.target === this.form && !event.defaultPrevented && this.submitted())
    window.addEventListener("blur", () => this.flush())
    window.addEventListener("online", () => this.send())
    window.addEventListener("pagehide", () => this.flush(true))
    window.addEventListener("pageshow", () => (this.leaving = false))
    document.addEventListener("visibilitychange", () => document.hidden && this.flush(true))
    setInterval(() => this.send({ beat: true }), HEARTBEAT)
    this.send({ beat: true })
    if (!("bound" in this.root.dataset)) this.offer()
  }

  changed() {
    if (this.leaving) return
    this.localTimer ??= setTimeout(() => this.keepHere(), LOCAL_WAIT)
    this.timer ??= setTimeout(() => this.send(), WAIT)
  }

  /** Puts unsaved text into this browser; true when there was any. */
  keepHere() {
    clearTimeout(this.localTimer)
    this.localTimer = null
    const now = this.typed()
    if (now === this.before) return false
    const kept = this.shelf.put(this.key, { at: Date.now(), base: this.base, fields: JSON.parse(now) })
    this.say(kept ? "unsaved" : "full")
    return true
  }

  flush(keepalive = false) {
    if (!this.leaving && this.keepHere()) this.send({ keepalive })
  }

  async send({ beat = false, keepalive = false } = {}) {
    clearTimeout(this.timer)
    this.timer = null
    if (this.sending && !keepalive) return void (this.again = true)
    const now = this.typed()
    const fields = now === this.before ? null : JSON.parse(now)
    if (this.leaving || (!fields && !beat)) return
    if (fields) this.keepHere()
    this.sending = true
    const { kind, response } = await post(this.urls.autosave, this.message({ fields }), { keepalive })
    this.sending = false
    if (kind === "ok") await this.confirmed(await response.json().catch(() => ({})), fields && now)
    else if (fields || kind === "signedOut") this.say(kind)
    if (this.again) {
      this.again = false
      this.changed()
    }
  }

  confirmed(answer, sent) {
    this.show(answer)
    if (!sent) return
    this.before = sent
    if (this.typed() !== sent) return void this.changed()
    this.shelf.drop(this.key)
    this.say("saved", answer.saved)
  }

  /** The form is on its way. What is not confirmed stays here, and is dropped once the server knows this form. */
  submitted() {
    this.keepHere()
    this.leaving = true
    clearTimeout(this.timer)
  }

  say(kind, time = "") {
    const line = this.root.querySelector("[data-state]")
    line.textContent = this.words[kind].replace("%s", time)
    line.dataset.state = kind
    if (kind !== "signedOut") return
    const link = Object.assign(document.createElement("a"), { href: this.urls.login, target: "_blank" })
    link.textContent = this.words.signIn
    line.append(" ", link)
  }

  show({ others = [], newer = "" }) {
    const list = this.root.querySelector("[data-others]")
    const lines = [...others, ...(newer ? [newer] : [])]
    if (lines.join() === list.dataset.shown) return
    list.dataset.shown = lines.join()
    list.hidden = !lines.length
    list.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })))
  }

  /** Asks whether there is something to recover, and shows the bar. */
  async offer() {
    const local = this.shelf.newest(this.key)
    const { kind, response } = await post(this.urls.recover, this.message({ now: read(this.form), local }))
    if (kind !== "ok") return
    if (response.status === 204) return this.shelf.clear(this.key)
    const place = this.root.querySelector("[data-left]")
    place.innerHTML = await response.text()
    const bar = place.firstElementChild
    bar.querySelector("[data-take]").addEventListener("click", () => this.take(bar))
    bar.querySelector("[data-drop]").addEventListener("click", () => this.discard(bar))
  }

  take(bar) {
    const { base, key } = bar.dataset
    if (this.form.elements.read_version) this.form.elements.read_version.value = base
    if (!this.root.dataset.story) this.form.elements.form_key.value = key
    restore(this.form, JSON.parse(bar.querySelector("[data-fields]").value))
    bar.remove()
    this.send().then(() => this.shelf.clear(this.key))
    this.say("recovered")
  }

  async discard(bar) {
    const { kind } = await post(this.urls.discard, this.message({ form_key: bar.dataset.key }))
    if (kind !== "ok") return
    this.shelf.clear(this.key)
    bar.remove()
  }
}
