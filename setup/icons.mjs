// Draws the app's icons from public/icon.svg: `node setup/icons.mjs`, after changing the mark.
// The files are committed, because browsers want them as pixels and no build should need a browser.
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const mark = readFileSync('public/icon.svg', 'utf8');
const folder = 'public/icons';

// As in style/tokens.css.
const night = '#10192d';

/** `round` in parts of the edge: launchers cut the whole squares themselves. `mark` likewise. */
const icons = [
  { name: 'app-192', size: 192, round: 0.22, mark: 0.72 },
  { name: 'app-512', size: 512, round: 0.22, mark: 0.72 },
  // What is shown for certain is a circle of four fifths: the whole mark stays within it.
  { name: 'app-maskable-512', size: 512, round: 0, mark: 0.66 },
  { name: 'apple-touch-180', size: 180, round: 0, mark: 0.7 },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
mkdirSync(folder, { recursive: true });
for (const { name, size, round, mark: part } of icons) {
  // The dark scheme has the mark in light colours.
  const page = await browser.newPage({ viewport: { width: size, height: size }, colorScheme: 'dark' });
  const square = `display: grid; place-items: center; width: ${size}px; height: ${size}px; border-radius: ${size * round}px; background: ${night}`;
  const style = `body { margin: 0 } svg { width: ${size * part}px; height: ${size * part}px }`;
  await page.setContent(`<style>${style}</style><div style="${square}">${mark}</div>`);
  await page.screenshot({ path: `${folder}/${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
