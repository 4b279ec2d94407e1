/* The dialog that offers the newest photos of the library, with a search. */

import { element, openDialog } from "./dialog.js"
import { get } from "./server.js"

const WAIT = 250

export function choosePhoto({ words, photos, library }, choose) {
  const list = element("ul", { class: "photos" })
  const search = element("input", { type: "search", class: "photos__search", placeholder: words.search, "aria-label": words.search })
  const upload = element("a", { href: library, target: "_blank", class: "button" }, words.upload)
  const dialog = openDialog(words.photo, words.close, element("div", { class: "photos__bar" }, search, upload), list)
  let timer
  const load = async () => {
    const query = search.value.trim()
    const answer = await get(`${photos}?q=${encodeURIComponent(query)}`)
    if (query !== search.value.trim()) return // an older question
    const rows = (answer?.photos ?? []).map((photo) => choice(photo, words, () => {
      dialog.close()
      choose(photo)
    }))
    list.replaceChildren(...(rows.length ? rows : [element("li", { class: "photos__none" }, words.noPhotos)]))
  }
  search.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(load, WAIT)
  })
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return
    event.preventDefault()
    list.querySelector("button")?.click()
  })
  const again = () => dialog.isConnected && !document.hidden && load() // back from uploading in another tab
  document.addEventListener("visibilitychange", again)
  dialog.addEventListener("close", () => document.removeEventListener("visibilitychange", again))
  load()
  search.focus()
}

function choice({ src, alt, caption, credit, id }, words, choose) {
  const picture = src ? element("img", { src, alt: alt || "", loading: "lazy" }) : element("span", { class: "photos__wait" }, words.noPicture)
  const text = element("span", { class: "photos__words" }, caption || `#${id}`, element("small", {}, credit || words.noCredit))
  return element("li", {}, element("button", { type: "button", click: choose }, picture, text))
}
