// Sends chosen or dropped pictures one by one, two at a time, each with its progress.
// Without it the form sends them all at once.
const form = document.querySelector(".upload");
const AT_ONCE = 2;

if (form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector(".upload__zone");
  const list = form.querySelector(".upload__files");
  const waiting = [];
  let running = 0;

  form.classList.add("upload--script");
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("upload__zone--over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("upload__zone--over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    zone.classList.remove("upload__zone--over");
    add(event.dataTransfer.files);
  });
  addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });

  function add(files) {
    for (const file of files) {
      const row = list.appendChild(document.createElement("li"));
      row.append(element("span", "upload__name", file.name), document.createElement("progress"));
      row.append(element("span", "upload__state", form.dataset.waiting));
      waiting.push([file, row]);
    }
    next();
  }

  function next() {
    while (running < AT_ONCE && waiting.length) send(...waiting.shift());
  }

  function send(file, row) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("files", file);
    const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress
    const progress = row.querySelector("progress");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.max = total;
      progress.value = loaded;
      say(row, loaded < total ? form.dataset.sending : form.dataset.reading);
    });
    request.addEventListener("loadend", () => {
      running -= 1;
      progress.remove();
      finish(request, file, row);
      next();
    });
    running += 1;
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.send(data);
  }

  function finish(request, file, row) {
    const result = request.response?.results?.[0];
    if (!result) {
      const gone = request.status === 200 || request.status === 403; // the sign-in page, or an old token
      row.className = "upload__file--refused";
      say(row, gone ? form.dataset.signedOut : form.dataset.failed);
      const again = row.appendChild(element("button", "", form.dataset.again));
      again.type = "button";
      again.addEventListener("click", () => {
        row.remove();
        add([file]);
      });
      return;
    }
    row.className = `upload__file--${result.status}`;
    say(row, result.message, result.url);
    if (result.status === "new") form.querySelector(".upload__confirm").hidden = false;
  }

  function say(row, text, url = "") {
    const state = row.querySelector(".upload__state");
    const words = url ? element("a", "", text) : document.createTextNode(text);
    if (url) words.href = url;
    state.replaceChildren(words);
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
