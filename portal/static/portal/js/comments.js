// Comments: likes in place, the form right below what one answers, and one's own comments on the story's page,
// which is the same for everybody. Without this each of them is a page of its own.

const form = document.getElementById("write");
const onStory = document.querySelector("[data-article]");
const article = onStory?.dataset.article ?? document.querySelector("[data-story]")?.dataset.story;

const storage = {
  read(key) {
    try { return localStorage.getItem(key) || ""; } catch { return ""; }
  },
  write(key, value) {
    try { localStorage.setItem(key, value); } catch { /* full or forbidden */ }
  },
  list(key) {
    return this.read(key).split(",").filter(Boolean);
  },
  add(key, value) {
    const kept = [value, ...this.list(key).filter((other) => other !== value)].slice(0, 200);
    this.write(key, kept.join(","));
  },
};

// The nickname of last time. Where comments need an account there is no such field.

const nickname = form?.elements.namedItem("name");
if (nickname) nickname.value ||= storage.read("nickname");

// Likes: one per browser; which ones it gave is known to this browser alone.

function press(like) {
  like.querySelector("button").setAttribute("aria-pressed", "true");
}

for (const id of storage.list("liked")) {
  const like = document.querySelector(`[data-like="${id}"]`);
  if (like) press(like);
}

document.addEventListener("submit", async (event) => {
  const like = event.target.closest("[data-like]");
  if (!like) return;
  event.preventDefault();
  const asked = { method: "POST", headers: { Accept: "application/json" } };
  const response = await fetch(like.action, asked).catch(() => null);
  if (!response?.ok) return like.submit(); // the page says what is wrong
  const { likes } = await response.json();
  like.querySelector("span").textContent = likes;
  storage.add("liked", like.dataset.like);
  press(like);
});

// Answers: the form moves below the comment, and back.

function answer(comment, name) {
  const line = form.querySelector("[data-answering]");
  form.elements.parent.value = comment;
  line.hidden = !comment;
  line.querySelector("b").textContent = name;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reply], [data-no-reply]");
  if (!link || !form) return;
  event.preventDefault();
  const { reply, name } = link.dataset;
  answer(reply ?? "", name ?? "");
  if (reply) link.closest(".comment__body").append(form);
  else document.querySelector("[data-form-place]").append(form);
  (nickname && !nickname.value ? nickname : form.elements.text).focus();
});

// While comments flood a story, the browser solves a task, shows how far it is, and sends the form again.

const work = form?.elements.namedItem("work");

if (work) {
  const shown = form.querySelector("[data-working]");
  const task = JSON.parse(work.dataset.challenge);
  const worker = new Worker(work.dataset.worker);
  worker.onmessage = ({ data: { done, number } }) => {
    if (number === undefined) {
      shown.querySelector("progress").value = 100 * done;
      return;
    }
    work.value = btoa(JSON.stringify({ ...task, number }));
    form.requestSubmit();
  };
  worker.postMessage(task);
  shown.hidden = false;
}

// One's own comments, waiting or just decided on. The story's page learns of them from the comments' page.

form?.addEventListener("submit", () => {
  storage.add("wrote", article);
  if (nickname) storage.write("nickname", nickname.value);
});

async function showMine() {
  const response = await fetch(`/articles/${article}/comments/`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const mine = page.getElementById("mine");
  if (mine) document.querySelector("#comments h2").after(mine);
}

if (onStory && storage.list("wrote").includes(article)) showMine().catch(() => {});
