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
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    const table = button.closest("[data-table]");
    const rows = all("[data-row]", table);
    event.preventDefault();
    if (button.matches("[data-add]")) {
      const row = rows[rows.length - 1].cloneNode(true);
      blank(row);
      rows[rows.length - 1].after(row);
      renumber(table);
      row.querySelector("input, textarea, select").focus();
      announce(`已加第 ${rows.length + 1} 行`);
    } else {
      const row = button.closest("[data-row]");
      if (rows.length > 1) row.remove();
      else blank(row);
      renumber(table);
      table.querySelector("[data-add]").focus();
      announce("已删去一行");
    }
  });

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
    if (target instanceof Element) focusOn(target.querySelector("#error-summary, h1, h2"));
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
