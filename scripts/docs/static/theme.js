// Light or dark: the reader's choice if there is one, else the system's. Remembered in this browser only.
(function () {
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function show() {
    var chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch (denied) { /* a folder opened as a file may refuse storage */ }
    root.dataset.theme = chosen || (dark.matches ? "dark" : "light");
  }
  show();
  dark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", function () {
    document.getElementById("theme").addEventListener("click", function () {
      var next = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", next); } catch (denied) { /* then for this page only */ }
      root.dataset.theme = next;
    });
  });
})();
