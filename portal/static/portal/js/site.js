// What the browser adds: remembered settings, relative times, sharing, the reading beacon, 猜你喜欢 and the
// lightbox. Every page is complete without it, and it works where storage is forbidden.

const root = document.documentElement;
const all = (selector, of = document) => [...of.querySelectorAll(selector)];

const storage = {
  get(key) {
    try { return localStorage.getItem(key) || ""; } catch { return ""; }
  },
  set(key, value) {
    try {
      if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    } catch { /* full or forbidden */ }
  },
};

// Type size, large type, light or dark: <button data-set="size" data-to="l">. theme.js applies them first.

function press(key) {
  const value = root.dataset[key] || "";
  for (const button of all(`[data-set="${key}"]`)) button.setAttribute("aria-pressed", String(button.dataset.to === value));
}

function choose(key, value) {
  if (value) root.dataset[key] = value; else delete root.dataset[key];
  storage.set(key, value);
  press(key);
}

["size", "care", "theme"].forEach(press);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-set]");
  if (!button) return;
  const { set, to } = button.dataset;
  choose(set, set === "care" && root.dataset.care ? "" : to);
});

// Times: 刚刚, 5分钟前, 今天 10:41, 昨天 21:30. Older ones stay as they are.

const words = document.body.dataset;
const inShanghai = (date) => new Date(+date + 8 * 36e5).toISOString(); // UTC+8 all year; Intl costs a millisecond each
const dayOf = (date) => inShanghai(date).slice(0, 10);
const now = new Date();
const days = { [dayOf(now)]: words.today, [dayOf(new Date(now - 864e5))]: words.yesterday };

function spoken(date) {
  const minutes = Math.floor((now - date) / 6e4);
  if (!(minutes >= 0)) return ""; // to come, or no date at all
  if (minutes < 2) return words.now;
  if (minutes < 60) return words.minutes.replace("{n}", minutes);
  const day = days[dayOf(date)];
  return day && `${day} ${inShanghai(date).slice(11, 16)}`;
}

for (const time of all(".story__meta time, .comment time")) {
  const text = spoken(new Date(time.dateTime));
  const underItsDay = /^\d\d:\d\d$/.test(time.textContent); // there 今天 10:41 would say the day twice
  if (text && !(underItsDay && text.endsWith(time.textContent))) time.textContent = text;
}
for (const time of all(".day time")) {
  const day = days[time.dateTime.slice(0, 10)];
  if (day) time.textContent = `${day}　${time.textContent}`;
}

// The reader's county: finder.js offers it, and a first visit does without.

const mine = document.getElementById("my-county");
if (mine && storage.get("county")) import(mine.dataset.script);

// Share: the system's sheet, or the address to the clipboard.

for (const button of all("[data-share]")) {
  const { share, said } = button.dataset;
  // Neither is there on a site without https.
  button.hidden = !(share === "system" ? navigator.share : navigator.clipboard);
  button.addEventListener("click", async () => {
    if (share === "system") return navigator.share({ title: document.title, url: location.href }).catch(() => {});
    await navigator.clipboard.writeText(location.href);
    button.closest(".share").querySelector("[role=status]").textContent = said;
  });
}

// Suggestions while typing come with the first touch of a search box.

document.addEventListener("focusin", ({ target }) => {
  const form = target.closest("[data-suggest]");
  if (form) import(form.dataset.script);
});

// What was read: a beacon after three seconds in view, and the last 50 stories, kept in this browser only.

const history = {
  get off() { return storage.get("history") === "off"; },
  get read() { return storage.get("read").split(",").filter((id) => /^\d+$/.test(id)); },
  add(id) {
    if (!this.off) storage.set("read", [id, ...this.read.filter((other) => other !== id)].slice(0, 50).join(","));
  },
};

const { article } = document.querySelector("[data-article]")?.dataset || {};
if (article) {
  let left = 3;
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible" || --left) return;
    clearInterval(timer);
    // Only the host of the page before; the server keeps no more of it than “a search engine” or “this site”.
    navigator.sendBeacon(`/articles/${article}/seen/`, document.referrer && new URL(document.referrer).host);
    history.add(article);
  }, 1000);
}

// 猜你喜欢: asked for again with what was read, where something was, and with what the page shows already.

async function likeAgain(block) {
  const seen = [...new Set([article, ...history.read])].filter(Boolean);
  const links = all(".list a, .story a").filter((link) => !block.contains(link));
  const shown = new Set(links.map(({ pathname }) => pathname.match(/\/(\d+)\/$/)?.[1]).filter(Boolean));
  const query = `seen=${seen}&shown=${[...shown]}&region=${block.dataset.region}`;
  const response = await fetch(`/for-you/?${query}`, { credentials: "omit" });
  if (!response.ok) return;
  const made = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("for-you");
  if (made) block.replaceWith(made);
  showHistory();
}

function showHistory() {
  for (const line of all(".history")) line.hidden = !history.off && !history.read.length;
  for (const button of all("[data-history=off]")) button.setAttribute("aria-pressed", String(history.off));
}

const forYou = document.getElementById("for-you");
showHistory();
if (forYou && history.read.length && !history.off) {
  addEventListener("load", () => likeAgain(forYou).catch(() => {}));
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-history]");
  if (!button) return;
  const { history: act, said } = button.dataset;
  if (act === "off") storage.set("history", history.off ? "" : "off");
  if (act === "forget" || history.off) storage.set("read", "");
  if (act === "forget") button.parentElement.replaceChildren(said);
  else showHistory();
});

// Lightbox: links round pictures open in the page's dialog; arrows, swipe, Escape.

const links = all(".figure a");
const box = document.querySelector("dialog.lightbox");
if (links.length && box?.showModal) {
  const image = new Image();
  image.draggable = false; // or the browser takes a swipe for itself, as it would without CSS's touch-action
  const text = box.querySelector("p");
  box.prepend(image);
  let at = 0;
  let from = 0;
  const show = (number) => {
    at = (number + links.length) % links.length;
    const caption = links[at].closest("figure").querySelector("figcaption");
    image.src = links[at].href;
    image.alt = links[at].querySelector("img").alt;
    text.textContent = `${at + 1}／${links.length}　${caption ? caption.textContent : ""}`;
  };
  const step = (by) => (by ? show(at + by) : box.close());
  links.forEach((link, number) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(number);
    box.showModal();
  }));
  box.addEventListener("click", ({ target }) => target.value && step(Number(target.value)));
  box.addEventListener("keydown", ({ key }) => ({ ArrowLeft: () => step(-1), ArrowRight: () => step(1) })[key]?.());
  box.addEventListener("pointerdown", ({ clientX }) => { from = clientX; });
  box.addEventListener("pointerup", ({ clientX }) => Math.abs(clientX - from) > 60 && step(clientX < from ? 1 : -1));
}
