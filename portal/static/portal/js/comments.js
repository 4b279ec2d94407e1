// Comments: likes in place, the form right below what one answers, and one's own comments on the story's page,
// which is the same for everybody. Without this each of them is a page of its own.

const form = document.getElementById("write");
const onStory = document.querySelector("[data-article]");
const article = onStory?.dataset.article ?? document.querySelector("[data-story]")?.dataset.story;

const storage = {
  get(key) {
    try { return (localStorage.getItem(key) || "").split(",").filter(Boolean); } catch { return []; }
  },
  add(key, value) {
    const kept = [value, ...this.get(key).filter((other) => other !== value)].slice(0, 200);
    try { localStorage.setItem(key, kept.join(",")); } catch { /* full or forbidden */ }
  },
};

// Likes: one per browser; which ones it gave is known to this browser alone.

function press(like) {
  like.querySelector("button").setAttribute("aria-pressed", "true");
}

for (const id of storage.get("liked")) {
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
  form.elements[form.elements.name.value ? "text" : "name"].focus();
});

// One's own comments, waiting or just decided on. The story's page learns of them from the comments' page.

form?.addEventListener("submit", () => storage.add("wrote", article));

async function showMine() {
  const response = await fetch(`/articles/${article}/comments/`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const mine = page.getElementById("mine");
  if (mine) document.querySelector("#comments h2").after(mine);
}

if (onStory && storage.get("wrote").includes(article)) showMine().catch(() => {});
