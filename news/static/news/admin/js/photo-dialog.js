/* The dialog that offers the newest photos of the library, with a search. */

import { element, openDialog } from "./dialog.js";
import { get, sendFile } from "./server.js";

const WAIT = 250

export function choosePhoto({ words, photos, library }, choose) {
  const list = element("ul", { class: "photos" })
  const hint = { placeholder: words.search, "aria-label": words.search }
  const search = element("input", { type: "search", class: "photos__search", ...hint })
  const files = element("input", { type: "file", accept: "image/*", multiple: true, class: "photos__files" })
  const upload = element("label", { class: "button photos__upload" }, words.upload, files)
  const said = element("p", { class: "photos__said", role: "status" })
  const bar = element("div", { class: "photos__bar" }, search, upload)
  const dialog = openDialog(words.photo, words.close, bar, said, list)
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
  files.addEventListener("change", async () => {
    for (const file of files.files) {
      said.textContent = `${file.name} …`
      const { response } = await sendFile(`${library}upload/`, file)
      const result = response && (await response.json().catch(() => null))?.results?.[0]
      said.textContent = result ? `${result.name}：${result.message}` : words.uploadFailed
    }
    files.value = ""
    search.value = ""
    load() // the new ones come first; credit and caption are asked for in the library
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
  const waiting = () => element("span", { class: "photos__wait" }, words.noPicture)
  const picture = src ? element("img", { src, alt: alt || "", loading: "lazy" }) : waiting()
  const text = element("span", { class: "photos__words" }, caption || `#${id}`, element("small", {}, credit || words.noCredit))
  return element("li", {}, element("button", { type: "button", click: choose }, picture, text))
}
