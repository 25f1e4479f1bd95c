// The keyboard page. The same form works without this file; with it a ballot is keyed without the mouse, and what was keyed lies
// in the browser until the server has it: it is sent again when the network is back, under the same key, so it is kept once.
"use strict";

const form = document.querySelector("form[data-entry]");
if (form) open();

function open() {
  const by = form.dataset.by;
  const QUEUE = `entry:queue:${by}`;
  const DRAFT = `entry:draft:${by}:${form.action}`;
  const asks = [...form.querySelectorAll("[data-ask]")];
  const number = form.elements.number;
  const state = form.querySelector("[data-state]");
  const answered = form.querySelector("[data-answered]");
  const aside = form.parentElement.querySelector("aside");
  const numbers = form.dataset.numbers.split(" ").filter(Boolean);
  const gone = new Set(); // numbers kept or waiting since the page was opened
  let here = 0;
  let last = null; // what U takes back: { number, take_back } once kept
  let sending = false;
  let pause = 1000;
  let timer = 0;
  let memory = []; // where the browser keeps nothing for pages

  // ---- what lies in the browser --------------------------------------------------------------------------------

  function read(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name)) || otherwise;
    } catch {
      return name === QUEUE ? memory : otherwise;
    }
  }

  function write(name, value) {
    if (name === QUEUE) memory = value;
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Private windows and full disks: the memory of this page must do.
    }
  }

  const queue = () => read(QUEUE, []);
  const waiting = () => queue().filter((item) => !item.refused);

  // ---- the form ------------------------------------------------------------------------------------------------

  const boxes = (ask) => [...ask.querySelectorAll("input[type=radio]")];
  const chosen = (ask) => ask.querySelector("input[type=radio]:checked");
  const words = (ask) => ask.querySelector("textarea, .ask-other");
  const isText = (ask) => Boolean(ask.querySelector("textarea"));
  const isDone = (ask) => isText(ask) || Boolean(chosen(ask));
  const isEmpty = () => asks.every((ask) => !chosen(ask) && !(words(ask) && words(ask).value.trim()));

  function body() {
    return [...new FormData(form)].filter(([name]) => name.startsWith("a-") || name.startsWith("o-") || name === "questionnaire");
  }

  function clear() {
    for (const ask of asks) {
      for (const box of boxes(ask)) box.checked = false;
      if (words(ask)) words(ask).value = "";
      wrong(ask, "");
    }
    wrongNumber("");
    count();
  }

  function fill(ballot, pairs) {
    clear();
    number.value = ballot;
    for (const [name, value] of pairs) {
      const ask = asks.find((one) => one.dataset.ask === name.slice(2));
      if (!ask) continue;
      const box = name.startsWith("a-") && boxes(ask).find((one) => one.value === value);
      if (box) box.checked = true;
      else if (words(ask) && value !== "blank") words(ask).value = value;
    }
    count();
  }

  function count() {
    const done = asks.filter((ask) => (isText(ask) ? words(ask).value.trim() : chosen(ask))).length;
    answered.hidden = false;
    answered.textContent = `Đã trả lời ${done}/${asks.length}`;
    const twin = document.getElementById("d-number");
    if (twin) twin.value = number.value;
  }

  function wrong(ask, sentence) {
    ask.classList.toggle("is-wrong", Boolean(sentence));
    const line = ask.querySelector(".ask-error");
    line.hidden = !sentence;
    line.querySelector("span").textContent = sentence;
  }

  function wrongNumber(sentence) {
    number.classList.toggle("is-wrong", Boolean(sentence));
    const line = document.getElementById("number-error");
    line.hidden = !sentence;
    line.querySelector("span").textContent = sentence;
  }

  function say(text, kind = "") {
    state.textContent = text;
    state.className = `save-state${kind ? ` is-${kind}` : ""}`;
  }

  function focus(place) {
    here = Math.max(0, Math.min(place, asks.length));
    const ask = asks[here];
    const target = ask ? chosen(ask) || ask.querySelector("input, textarea") : form.querySelector(".savebar button");
    target.focus({ preventScroll: true });
    (ask || target).scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  const firstOpen = () => Math.max(0, asks.findIndex((ask) => !isDone(ask)));

  // ---- keys ----------------------------------------------------------------------------------------------------

  form.addEventListener("focusin", (event) => {
    const place = asks.indexOf(event.target.closest("[data-ask]"));
    if (place >= 0) here = place;
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target === number) return inNumber(event);
    if (target.matches("textarea, .ask-other")) return inWords(event);
    if (target.matches("a, select, summary, input:not([type=radio])") || !(form.contains(target) || target === document.body)) return;
    if (target.matches("button") && event.key === "Enter") return;
    const ask = asks[here];
    if (event.key === "ArrowDown") step(event, 1);
    else if (event.key === "ArrowUp") step(event, -1);
    else if (event.key === "Backspace") back(event);
    else if (event.key === "Enter") act(event, save);
    else if (event.key === "/") act(event, toNumber);
    else if (event.key === "u" || event.key === "U") act(event, takeBack);
    else if (ask && event.key.length === 1) {
      const box = boxes(ask).find((one) => one.dataset.key === event.key);
      if (box) act(event, () => choose(ask, box));
    }
  });

  function act(event, what) {
    event.preventDefault();
    what();
  }

  function choose(ask, box) {
    box.checked = true;
    changed(ask);
    if ("other" in box.dataset) words(ask).focus();
    else focus(here + 1);
  }

  function step(event, by_) {
    event.preventDefault();
    focus(here + by_);
  }

  function back(event) {
    event.preventDefault();
    const ask = asks[here];
    const box = ask && chosen(ask);
    if (box) {
      box.checked = false;
      changed(ask);
      focus(here);
    } else focus(here - 1);
  }

  function toNumber() {
    number.focus();
    number.select();
  }

  function inNumber(event) {
    if (event.key === "Enter" || event.key === "ArrowDown") act(event, () => focus(firstOpen()));
  }

  function inWords(event) {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (here === asks.length - 1) save();
      else focus(here + 1);
    } else if (event.key === "ArrowUp" && event.target.selectionStart === 0) step(event, -1);
  }

  form.addEventListener("change", (event) => changed(event.target.closest("[data-ask]")));
  form.addEventListener("input", () => changed(null));

  function changed(ask) {
    if (ask) wrong(ask, "");
    count();
    write(DRAFT, isEmpty() ? null : { number: number.value, body: body() });
  }

  // ---- saving --------------------------------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    save();
  });

  function save() {
    const missing = asks.findIndex((ask) => !isDone(ask));
    const ballot = number.value.trim();
    if (!ballot) {
      wrongNumber("Chưa có mã phiếu; ghi số trên phiếu.");
      return toNumber();
    }
    if (missing >= 0) {
      const code = asks[missing].dataset.ask;
      wrong(asks[missing], `Câu ${code} chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống.`);
      say(`Chưa lưu: câu ${code} còn trống.`, "wrong");
      return focus(missing);
    }
    const once = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}-${ballot}`;
    write(QUEUE, [...queue(), { once, url: form.action, number: ballot, body: body() }]);
    write(DRAFT, null);
    gone.add(ballot.padStart(width(), "0"));
    clear();
    number.value = following(ballot);
    count();
    say(`Đang lưu phiếu ${ballot}…`);
    focus(0);
    flush();
  }

  const width = () => (numbers[0] || "0000").length;

  function following(ballot) {
    const padded = ballot.padStart(width(), "0");
    const left = numbers.filter((one) => !gone.has(one));
    return left.find((one) => one > padded) || left[0] || "";
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let item;
    while ((item = waiting()[0])) {
      const answer = await send(item).catch(() => null);
      if (!answer) break;
      if (answer.kept) kept(item, answer.kept);
      else refused(item, answer.refused);
      pause = 1000;
    }
    sending = false;
    show();
    if (item) {
      timer = setTimeout(flush, pause);
      pause = Math.min(pause * 2, 30000);
    }
  }

  // { kept } or { refused }; null where nobody answered, or not for this: the ballot stays.
  async function send(item, again = false) {
    const data = new URLSearchParams([...item.body, ["number", item.number], ["once", item.once]]);
    const response = await post(item.url, data);
    const type = response.headers.get("Content-Type") || "";
    if (type.startsWith("application/json")) {
      const answer = await response.json();
      return answer.refused ? { refused: answer.refused } : { kept: answer };
    }
    if (response.status === 400 && !again && (await freshToken())) return send(item, true);
    if (response.status === 401) say(`Phiên làm việc đã hết; đăng nhập lại, ${waiting().length} phiếu còn giữ trong máy này.`, "waiting");
    else waitingWords();
    return null;
  }

  function post(url, data) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20000);
    data.set("csrf_token", form.elements.csrf_token.value);
    return fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" }, signal: stop.signal })
      .catch((error) => { waitingWords(); throw error; });
  }

  async function freshToken() {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const token = page.querySelector("main input[name=csrf_token]");
    if (token) form.elements.csrf_token.value = token.value;
    return Boolean(token);
  }

  function waitingWords() {
    say(`Mất mạng: ${waiting().length} phiếu giữ trong máy này, sẽ tự gửi lại khi có mạng.`, "waiting");
  }

  function drop(item) {
    write(QUEUE, queue().filter((one) => one.once !== item.once));
  }

  function kept(item, answer) {
    drop(item);
    if (item.url !== form.action) return;
    last = { number: answer.number, take_back: answer.take_back };
    const more = waiting().length;
    say(more ? `Đã lưu phiếu ${answer.number}; đang gửi ${more} phiếu nữa.` : answer.said, "saved");
    figures(answer.entered, answer.left);
    recent(answer.number, item);
  }

  function figures(done, left) {
    const bar = aside.querySelector("progress");
    if (done !== null) {
      aside.querySelector("[data-done]").textContent = dotted(done);
      bar.value = done;
    }
    aside.querySelector("[data-left]").textContent = dotted(left);
  }

  const dotted = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ".");

  function recent(ballot, item) {
    const panel = aside.querySelector("[data-recent]");
    if (!panel) return;
    panel.hidden = false;
    const line = document.createElement("li");
    const count_ = item.body.filter(([name, value]) => name.startsWith("a-") && value && !["blank", "invalid", "not_used"].includes(value)).length;
    const now = new Date();
    line.textContent = `${ballot} `;
    const meta = document.createElement("span");
    meta.className = "meta";
    meta.textContent = `${count_}/${asks.length} câu, ${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    const text = document.createElement("span");
    text.append(`${ballot} `, meta);
    line.replaceChildren(text, button("Sửa", takeBack));
    const list = panel.querySelector("ul");
    for (const other of list.querySelectorAll("button[type=button]")) other.remove(); // U takes back the last one only
    list.prepend(line);
    while (list.children.length > 5) list.lastElementChild.remove();
  }

  function button(label, what) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "linkish";
    made.textContent = label;
    made.addEventListener("click", what);
    return made;
  }

  // ---- what was refused ----------------------------------------------------------------------------------------

  function refused(item, answer) {
    write(QUEUE, queue().map((one) => (one.once === item.once ? { ...one, refused: answer } : one)));
    say(answer.sentence, "wrong");
    if (isEmpty() && item.url === form.action) repair({ ...item, refused: answer }); // nothing else is under way: mend it at once
  }

  function show() {
    const panel = aside.querySelector("[data-unsent]");
    const items = queue().filter((item) => item.refused);
    panel.hidden = !items.length;
    panel.querySelector("ul").replaceChildren(...items.map((item) => {
      const line = document.createElement("li");
      const name = document.createElement("strong");
      name.textContent = `Phiếu ${item.number}`;
      const does = document.createElement("span");
      does.className = "do";
      if (item.url === form.action) does.append(button("Sửa phiếu này", () => repair(item)));
      does.append(button("Bỏ phiếu này", () => { drop(item); gone.delete(item.number.padStart(width(), "0")); show(); }));
      line.append(name, `: ${item.refused.sentence} `, does);
      return line;
    }));
  }

  function repair(item) {
    if (!isEmpty()) return say("Lưu phiếu đang nhập trước, rồi sửa phiếu này.", "wrong");
    drop(item);
    gone.delete(item.number.padStart(width(), "0"));
    fill(item.number, item.body);
    const fields = item.refused.fields || {};
    wrongNumber(fields.number || "");
    for (const ask of asks) wrong(ask, fields[ask.dataset.ask] || "");
    changed(null);
    show();
    if (fields.number) toNumber();
    else focus(Math.max(0, asks.findIndex((ask) => fields[ask.dataset.ask])));
    if (item.refused.key === "ballot_to_discard") discardPanel();
  }

  function discardPanel() {
    const panel = aside.querySelector("[data-discard]");
    if (panel) panel.closest("details").open = true;
  }

  async function takeBack() {
    if (!isEmpty()) return say("Lưu hoặc xóa phiếu đang nhập trước, rồi lấy lại phiếu vừa lưu.", "wrong");
    if (sending || waiting().length) return say("Phiếu vừa nhập còn đang gửi; chờ lưu xong rồi lấy lại.", "wrong");
    if (!last || !last.take_back) return say("Chưa có phiếu nào vừa lưu trong trang này để lấy lại.", "wrong");
    const response = await post(last.take_back, new URLSearchParams()).catch(() => null);
    if (!response || !(response.headers.get("Content-Type") || "").startsWith("application/json")) return;
    const answer = await response.json();
    if (answer.refused) return say(answer.refused.sentence, "wrong");
    gone.delete(answer.number);
    if (!numbers.includes(answer.number)) numbers.push(answer.number);
    numbers.sort();
    last = null;
    const list = aside.querySelector("[data-recent] ul");
    if (list.firstElementChild) list.firstElementChild.remove();
    const pairs = [...Object.entries(answer.answers).map(([code, value]) => [`a-${code}`, value]), ...Object.entries(answer.others).map(([code, value]) => [`o-${code}`, value])];
    fill(answer.number, pairs);
    figures(aside.querySelector("progress").max - answer.left, answer.left);
    changed(null);
    say(`Đã lấy lại phiếu ${answer.number}; sửa rồi lưu lại.`);
    focus(0);
  }

  // ---- opening -------------------------------------------------------------------------------------------------

  window.addEventListener("online", flush);
  const discard = aside.querySelector("[data-discard]");
  if (discard) discard.addEventListener("submit", () => write(DRAFT, null));
  for (const item of waiting()) gone.add(item.number.padStart(width(), "0"));
  const draft = form.dataset.draft === "yes" && read(DRAFT, null);
  if (draft) {
    fill(draft.number, draft.body);
    say(`Đã khôi phục phiếu ${draft.number} đang nhập dở.`);
  } else if (gone.has(number.value)) number.value = following(number.value);
  count();
  show();
  focus(firstOpen());
  flush();
}
