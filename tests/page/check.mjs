// Opens every page of a folder in Chromium and says what is wrong with it; see `run`.
//   check.mjs MODULES CHROMIUM PAGES [PICTURES]
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, executablePath, pages, pictures] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), 'node_modules', 'x'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
const args = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
if (pictures) mkdirSync(pictures, { recursive: true });

let faults = 0;
const fault = (where, what) => { faults += 1; console.error(`${where}: ${what}`); };

const browser = await chromium.launch({ executablePath, args, chromiumSandbox: false });
try {
  for (const file of readdirSync(pages).filter((name) => name.endsWith('.html')).sort()) {
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const colorScheme of ['light', 'dark']) {
        const where = `${basename(file, '.html')}, ${size}, ${colorScheme}`;
        const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1 });
        const page = await context.newPage();
        const url = pathToFileURL(resolve(pages, file)).href;
        page.on('console', (message) => fault(where, `console: ${message.text()}`));
        page.on('pageerror', (error) => fault(where, `error: ${error}`));
        page.on('request', (request) => {
          if (request.url() !== url && !request.url().startsWith('data:')) fault(where, `request: ${request.url()}`);
        });
        await page.goto(url);
        // What can be opened is judged, too.
        await page.evaluate(() => { for (const it of document.querySelectorAll('details')) it.open = true; });
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
        if (wide > 0) fault(where, `${wide} pixels wider than the window`);
        const dangling = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')]
          .map((link) => link.getAttribute('href')).filter((href) => !document.getElementById(href.slice(1))));
        for (const href of dangling) fault(where, `a link to ${href}, which is not there`);
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        for (const it of violations) {
          fault(where, `axe: ${it.id} (${it.impact}): ${it.help}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
        }
        if (passes.length < 15) fault(where, `only ${passes.length} rules of axe had something to judge`);
        if (pictures) {
          await page.evaluate(() => { for (const it of document.querySelectorAll('details')) it.open = false; });
          await page.screenshot({ path: join(pictures, `${basename(file, '.html')}-${size}-${colorScheme}.png`), fullPage: true });
        }
        console.log(`  ${where}: ${passes.length} rules passed`);
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
}
if (faults > 0) { console.error(`${faults} faults`); process.exit(1); }
