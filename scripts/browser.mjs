/** Finds a browser to test with: Chromium, Chrome or Edge; on Debian, as root, installs one. */
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable", "microsoft-edge", "msedge", "chrome"];

const applications = ["Google Chrome", "Chromium", "Microsoft Edge", "Google Chrome for Testing", "Brave Browser"]
  .flatMap((name) => [`/Applications/${name}.app/Contents/MacOS/${name}`, join(process.env.HOME ?? "/", `Applications/${name}.app/Contents/MacOS/${name}`)]);

const windows = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map((name) => process.env[name]).filter(Boolean)
  .flatMap((folder) => [join(folder, "Google/Chrome/Application/chrome.exe"), join(folder, "Microsoft/Edge/Application/msedge.exe")]);

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function look() {
  const asked = process.env.PURPLEBOOK_BROWSER ?? process.env.CHROME_PATH;
  if (asked !== undefined && asked !== "") {
    if (runs(asked)) return asked;
    throw new Error(`The browser named by the environment is not there: ${asked}`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...applications, ...windows].find((path) => existsSync(path) && runs(path));
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

function advice() {
  if (process.platform === "darwin") return "Install Google Chrome from https://www.google.com/chrome, or run: brew install --cask chromium";
  if (process.platform === "win32") return "Install Google Chrome or Microsoft Edge.";
  if (isDebian()) return "Run: sudo apt-get install -y chromium";
  return "Install Chromium or Google Chrome with your system's package manager.";
}

/** The path of a browser. Throws an error that says exactly what to install when there is none and none may be installed. */
export function findBrowser() {
  const found = look();
  if (found !== undefined) return found;
  if (process.platform === "linux" && isDebian() && process.getuid?.() === 0) {
    process.stderr.write("No browser found: installing Debian's package chromium…\n");
    const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    spawnSync("apt-get", ["update", "-qq"], quiet);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], quiet);
    const installed = look();
    if (installed !== undefined) return installed;
  }
  throw new Error(`No Chromium, Chrome or Edge was found. ${advice()} Or set PURPLEBOOK_BROWSER to the path of one.`);
}

/** Starts the browser, without a window, with a profile of its own that is gone when it closes. */
export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), "purplebook-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(), headless: true, chromiumSandbox: false, viewport: { width: 1200, height: 800 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
  const close = browser.close.bind(browser);
  browser.close = async (...args) => {
    await close(...args);
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  return browser;
}
