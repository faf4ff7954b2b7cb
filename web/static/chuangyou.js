// Small conveniences. Every page reads, decides and submits without this file.
(() => {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // Requests made by htmx carry the token of the page's forms.
  // An act's form is fetched beside the content where there is room for both, otherwise it is a page of its own.
  const roomForBoth = window.matchMedia("(min-width: 1200px)");
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (sourceElement.matches("a[href]") && !roomForBoth.matches) {
      event.preventDefault();
      window.location.assign(sourceElement.href);
      return;
    }
    const token = document.querySelector('input[name="csrf_token"]');
    if (token) request.headers["X-CSRFToken"] = token.value;
  });
  // The sign-in may have ended meanwhile: then the answer is another page, which is opened as such.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.select && !(ctx.text || "").includes(`id="${ctx.select.slice(1)}"`)) {
      event.preventDefault();
      window.location.reload();
    }
  });

  const announce = (text) => {
    const region = document.getElementById("announce");
    if (region) region.textContent = text;
  };

  // Table rows: add and remove at once instead of asking the server for the page again.
  const renumber = (table) => {
    const path = table.dataset.table;
    const rows = all("[data-row]", table);
    const pattern = new RegExp(`^(f-)?${path}([.-])\\d+([.-])`);
    rows.forEach((row, index) => {
      const number = row.querySelector("[data-number]");
      if (number) number.textContent = String(index + 1);
      all("*", row).forEach((node) => {
        ["name", "id", "for", "aria-describedby"].forEach((key) => {
          const value = node.getAttribute(key);
          if (value) node.setAttribute(key, value.replace(pattern, `$1${path}$2${index}$3`));
        });
      });
    });
  };
  const blank = (row) => {
    row.classList.remove("wrong");
    all(".wrong", row).forEach((node) => node.classList.remove("wrong"));
    all(".message", row).forEach((node) => node.remove());
    all("[aria-invalid]", row).forEach((node) => node.removeAttribute("aria-invalid"));
    all("input, textarea, select", row).forEach((node) => {
      const preset = node.dataset.preset || "";
      if (node.type === "checkbox" || node.type === "radio") node.checked = false;
      else node.value = preset;
    });
  };
  const addRow = (table) => {
    const last = all("[data-row]", table).pop();
    const row = last.cloneNode(true);
    blank(row);
    last.after(row);
    renumber(table);
    return row;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    const table = button.closest("[data-table]");
    const rows = all("[data-row]", table);
    event.preventDefault();
    if (button.matches("[data-add]")) {
      addRow(table).querySelector("input, textarea, select").focus();
      announce(`已加第 ${rows.length + 1} 行`);
    } else {
      const row = button.closest("[data-row]");
      if (rows.length > 1) row.remove();
      else blank(row);
      renumber(table);
      table.querySelector("[data-add]").focus();
      announce("已删去一行");
    }
    table.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Long texts grow where the style sheet cannot make them, and say how much of their limit is used.
  const growsItself = window.CSS && CSS.supports("field-sizing", "content");
  const measure = (area) => {
    if (!growsItself) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    }
    const hint = document.getElementById(`${area.id}-limit`);
    if (!hint) return;
    const { least, most, unit, rule } = hint.dataset;
    const text = area.value.trim();
    const parts = unit === "条" ? text.split("\n").filter((line) => line.trim()) : Array.from(text);
    const isOver = Boolean(most) && parts.length > Number(most);
    if (isOver && !hint.classList.contains("over")) announce(`超过 ${most} ${unit}`);
    hint.classList.toggle("over", isOver);
    hint.textContent = `${rule}，已写 ${parts.length} ${unit}`;
  };

  // What is typed is kept in this browser until it is confirmed or its writer signs out. Confidential fields are not.
  const DRAFT = "draft:";
  const KEPT_DAYS = 14;
  const person = document.body.dataset.person || "";
  const stored = () => Object.keys(window.localStorage).filter((key) => key.startsWith(DRAFT));
  const forget = (isMeant) => stored().filter(isMeant).forEach((key) => window.localStorage.removeItem(key));
  const keyOf = (form) => `${DRAFT}${person}:${form.dataset.draft}`;
  const fieldsOf = (form) =>
    Array.from(form.elements).filter((node) => node.name && node.type !== "hidden" && node.tagName !== "BUTTON" && !("private" in node.dataset));
  const isChosen = (node) => node.type === "checkbox" || node.type === "radio";
  const typed = (form) => fieldsOf(form).filter((node) => !isChosen(node) || node.checked).map((node) => [node.name, node.value]);
  const keep = (form) => {
    const fields = typed(form);
    if (JSON.stringify(fields) === form.dataset.before) window.localStorage.removeItem(keyOf(form));
    else window.localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields }));
  };
  const makeRoom = (form, name) => {
    const table = form.querySelector(`[data-table="${name.split(".")[0]}"]`);
    while (table && !form.elements[name] && all("[data-row]", table).length < 200) addRow(table);
  };
  const restore = (form) => {
    const known = JSON.parse(window.localStorage.getItem(keyOf(form)) || "null");
    if (!known || JSON.stringify(known.fields) === form.dataset.before) return;
    known.fields.filter(([name]) => /\.\d+\./.test(name)).forEach(([name]) => makeRoom(form, name));
    fieldsOf(form).forEach((node) => {
      const values = known.fields.filter(([name]) => name === node.name).map(([, value]) => value);
      if (isChosen(node)) node.checked = values.includes(node.value);
      else if (values.length) node.value = values[0];
    });
    const note = document.createElement("div");
    note.className = "notice";
    note.innerHTML = '<p>已恢复您上次填写、没有提交的内容，请核对。 <button type="button" class="btn btn-text btn-slight">不要，恢复原样</button></p>';
    note.querySelector("button").addEventListener("click", () => {
      window.localStorage.removeItem(keyOf(form));
      delete form.dataset.draft;
      window.location.reload();
    });
    form.before(note);
    announce("已恢复您上次填写、没有提交的内容");
  };

  // The paper beside the form: asked for again when the writing pauses.
  const PAUSE_MS = 600;
  const look = (form) => {
    const pane = document.querySelector("[data-preview]");
    if (form.id !== "typed" || !pane || !pane.open || !window.htmx) return;
    window.htmx.trigger(pane.querySelector("[data-papers]"), "refresh");
  };
  const pausing = new WeakMap();
  const paused = (form) => {
    window.clearTimeout(pausing.get(form));
    pausing.set(form, window.setTimeout(() => {
      look(form);
      if (form.dataset.draft) keep(form);
    }, PAUSE_MS));
  };
  const CHANGED = "事项的情况有变化，请刷新页面查看；已写的内容保存在本机。";
  const SAID = { 403: CHANGED, 404: CHANGED, 409: CHANGED, 401: "登录已结束。已写的内容保存在本机，请在新的窗口登录后继续。", 413: "内容过长，不能预览；仍可提交。", 429: "预览过于频繁，请稍候再写或者再点“现在更新”。" };
  const tell = (event, sentence) => {
    const pane = event.target.closest && event.target.closest("[data-preview]");
    if (!pane) return;
    pane.querySelector("[data-state]").textContent = sentence;
    pane.classList.toggle("busy", sentence === "正在排版……");
  };
  document.addEventListener("htmx:before:request", (event) => tell(event, "正在排版……"));
  document.addEventListener("htmx:after:swap", (event) => tell(event, ""));
  document.addEventListener("htmx:error", (event) => tell(event, "预览没有取到，请检查网络。"));
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!ctx.target || !ctx.target.matches || !ctx.target.matches("[data-papers]") || ctx.response.status < 400) return;
    event.preventDefault();
    tell(event, SAID[ctx.response.status] || "现在不能预览，仍可提交。");
  });
  const begin = (within) => {
    all("textarea", within).forEach(measure);
    all("form[data-draft]", within).forEach((form) => {
      if (form.dataset.before) return;
      const isSentBack = "sentBefore" in form.dataset;
      form.dataset.before = isSentBack ? "sent" : JSON.stringify(typed(form));
      if (isSentBack) keep(form);
      else restore(form);
      all("textarea", form).forEach(measure);
    });
    all("[data-preview]", within).forEach((pane) => {
      pane.hidden = false;
      pane.addEventListener("toggle", () => pane.open && look(document.getElementById("typed")));
      pane.open = roomForBoth.matches;
    });
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) measure(event.target);
    const form = event.target.closest("form[data-draft]");
    if (form) paused(form);
  });
  document.addEventListener("click", (event) => {
    const form = document.getElementById("typed");
    const whole = event.target.closest("[data-pdf]");
    if (form && event.target.closest("[data-refresh]")) look(form);
    if (!form || !whole) return;
    event.preventDefault(); // sent past htmx, which would put the file into the page
    const { action } = form;
    Object.assign(form, { action: whole.formAction, target: "_blank" }).submit();
    form.action = action;
    form.removeAttribute("target");
  });
  window.addEventListener("pagehide", () => all("form[data-draft]").filter((form) => form.dataset.before).forEach(keep));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.draft) window.sessionStorage.setItem(DRAFT, keyOf(form));
    if (form.matches("[data-sign-out]")) {
      all("form[data-draft]").forEach((each) => delete each.dataset.draft);
      forget(() => true);
    }
  });
  if (person) forget((key) => !key.startsWith(`${DRAFT}${person}:`));
  const sent = window.sessionStorage.getItem(DRAFT) || "";
  const isOpened = sent.startsWith(`${DRAFT}${person}:open/`) && /^\/cases\/[^/]+$/.test(window.location.pathname);
  if (isOpened || document.querySelector("[data-done]")) {
    window.sessionStorage.removeItem(DRAFT);
    forget((key) => key === sent);
  }
  forget((key) => Date.now() - JSON.parse(window.localStorage.getItem(key)).at > KEPT_DAYS * 86400000);
  begin(document);

  // Choosing many: a group at once, and how many are chosen.
  const choosing = document.querySelector("[data-choosing]");
  if (choosing) {
    const count = choosing.querySelector("[data-count]");
    const tell = () => {
      const boxes = all('input[name="chosen"]', choosing);
      count.textContent = `已选 ${boxes.filter((box) => box.checked).length} 件，共 ${boxes.length} 件可选`;
    };
    choosing.addEventListener("change", tell);
    choosing.addEventListener("click", (event) => {
      const link = event.target.closest("[data-all]");
      if (!link) return;
      event.preventDefault();
      const boxes = all('input[name="chosen"]', link.closest("fieldset"));
      const tick = boxes.some((box) => !box.checked);
      boxes.forEach((box) => (box.checked = tick));
      tell();
      announce(count.textContent);
    });
    tell();
  }

  // The fingerprint of a file is computed here, where the browser can: the file itself is sent nowhere.
  const fingerprint = async (form) => {
    const { file, code } = form.elements;
    const digest = await crypto.subtle.digest("SHA-256", await file.files[0].arrayBuffer());
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    window.location.assign(`${form.dataset.fingerprint}?${new URLSearchParams({ sha256: hex, ...(code ? { code: code.value } : {}) })}`);
  };
  if (window.isSecureContext && window.crypto && crypto.subtle) {
    all("form[data-fingerprint]").forEach((form) => {
      const hint = form.querySelector("[data-local]");
      hint.textContent = hint.dataset.local;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        fingerprint(form).catch(() => {
          hint.textContent = "文件读不出，请重新选择";
          announce(hint.textContent);
        });
      });
    });
  }

  // A form is sent once; a second click while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    window.setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // The account menu closes with Escape and by a click elsewhere.
  const menus = () => all("details.account[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // After an error the summary has the focus; after a swap its new heading has.
  const focusOn = (node) => {
    if (!node) return;
    node.tabIndex = -1;
    node.focus();
  };
  focusOn(document.getElementById("error-summary"));
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx && event.detail.ctx.target;
    if (!(target instanceof Element)) return;
    begin(target);
    if (!target.matches("[data-papers]")) focusOn(target.querySelector("#error-summary, h1, h2"));
  });

  // The bell: asked every half minute while the page is seen, answered in full only when something has changed.
  const bell = document.querySelector("[data-bell]");
  const BELL_MS = 30000;
  const KNOWN = "bell";
  const ring = ({ tasks, unread }, isNew) => {
    const sum = tasks + unread;
    const badge = bell.querySelector(".bell-count");
    const words = `${tasks} 件待办，${unread} 条未读`;
    badge.hidden = sum === 0;
    badge.textContent = sum > 99 ? "99+" : String(sum);
    bell.setAttribute("aria-label", sum === 0 ? "提醒" : `提醒 ${badge.textContent}：${words}`);
    if (isNew) announce(`有新的提醒：${words}`);
  };
  const watch = () => {
    let asked = 0;
    let last = null;
    const ask = async () => {
      if (document.hidden || Date.now() - asked < BELL_MS) return;
      asked = Date.now();
      const answer = await fetch(bell.dataset.bell, { redirect: "manual" }).catch(() => null);
      if (!answer || !answer.ok) return;
      const found = await answer.json();
      ring(found, last !== null && found.tasks + found.unread > last.tasks + last.unread);
      last = found;
      window.sessionStorage.setItem(KNOWN, JSON.stringify(found));
    };
    const known = window.sessionStorage.getItem(KNOWN);
    if (known) ring((last = JSON.parse(known)), false);
    ask();
    window.setInterval(ask, BELL_MS);
    document.addEventListener("visibilitychange", ask);
  };
  if (bell) watch();
  else window.sessionStorage.removeItem(KNOWN);

  // A browser that cannot show a PDF inside the page gets the link alone.
  if (navigator.pdfViewerEnabled === false) all("iframe.pdf").forEach((frame) => frame.remove());

  // Charts are fetched only where there is one.
  const drawn = all("[data-chart]");
  if (drawn.length) import(drawn[0].dataset.script).then(({ init }) => drawn.forEach((node) => draw(node, init)));
  const draw = (node, init) => {
    const chart = init(node, null, { renderer: "svg" });
    chart.setOption(JSON.parse(document.getElementById(node.dataset.chart).textContent));
    new ResizeObserver(() => chart.resize()).observe(node);
  };
})();
