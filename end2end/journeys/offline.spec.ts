import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { DOOR, Parcel } from '../support/api';
import { copyIs, kept } from '../support/phone';
import { expect, open, signIn, test as base } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';

const test = base.extend<{ newerSite: string; lasting: void }>({
  // Journeys share the server.
  lasting: [
    async ({ server, vans: _ }, use) => {
      await use();
      server.thaw();
      await server.resume();
    },
    { auto: true },
  ],
  // The pages' files as a newer server has them.
  newerSite: async ({ server }, use) => {
    const site = mkdtempSync(join(tmpdir(), 'porchlight-site-'));
    cpSync(resolve(__dirname, '../../target/site'), site, { recursive: true });
    appendFileSync(join(site, 'icons.svg'), '<!-- drawn anew -->\n');
    await use(site);
    await server.halt();
    await server.resume();
    rmSync(site, { recursive: true });
  },
});

/** What a browser says when there is no server. */
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_FAILED|Failed to fetch|503/;

const stop = (page: Page) => page.locator('.stop__address').filter({ hasText: DOOR.text }).first();
const copyLine = (page: Page) => page.locator('.link[data-link=offline]');
/** The caches, without that of the map, which is fetched whenever there is time. */
const cacheNames = async (page: Page) =>
  (await page.evaluate(() => caches.keys())).filter((name) => name !== 'porchlight-tiles');

/** How many runs the page has written down. */
const runsWrittenDown = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        const opening = indexedDB.open('porchlight-courier');
        opening.onsuccess = () => {
          const counting = opening.result.transaction('run').objectStore('run').count();
          counting.onsuccess = () => {
            opening.result.close();
            done(counting.result);
          };
        };
      }),
  );

/** Opens the page and waits until the phone has it, and everything it is made of. */
async function openAndKeep(page: Page): Promise<void> {
  await open(page, '/courier');
  await expect(stop(page)).toBeVisible();
  await kept(page);
  // A cache is there before the page is in it.
  await copyIs(page, true);
}

/** Closes the page, lets the worker end, and starts the app: says after how many milliseconds the run was there. */
async function startCold(page: Page): Promise<{ app: Page; shownAfter: number }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  const app = await page.context().newPage();
  await page.close();
  await app.goto('/courier', { waitUntil: 'commit' });
  await stop(app).waitFor();
  return { app, shownAfter: await app.evaluate(() => performance.now()) };
}

test.beforeEach(async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(NO_NETWORK);
  await Parcel.loaded(server.url, CUSTOMER, COURIER);
  await signIn(page, COURIER);
});

test('the courier’s page can be installed', async ({ server }) => {
  const profile = mkdtempSync(join(tmpdir(), 'porchlight-phone-'));
  const { executablePath, args } = test.info().project.use.launchOptions ?? {};
  // Nothing can be installed in the private windows that journeys use otherwise.
  const phone = await chromium.launchPersistentContext(profile, { executablePath, args, baseURL: server.url });
  const page = await phone.newPage();
  await signIn(page, COURIER);
  await open(page, '/courier');
  const devtools = await phone.newCDPSession(page);
  expect(await devtools.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
  const { url, errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest: { icons: { src: string }[] } = await (await page.request.get(url)).json();
  for (const { src } of manifest.icons) expect((await page.request.get(src)).ok(), src).toBe(true);
  await phone.close();
  rmSync(profile, { recursive: true });
});

test('the app starts without a network and shows today’s run', async ({ page, server }) => {
  await openAndKeep(page);
  await server.halt();
  const { app, shownAfter } = await startCold(page);
  test.info().annotations.push({ type: 'run shown after', description: `${Math.round(shownAfter)} ms` });
  await app.locator('body[data-hydrated]').waitFor();
  await expect(copyLine(app)).toContainText('Offline: last known');
  // The page asks again and again, and goes on showing what it knows.
  await app.waitForRequest('**/run-today', { timeout: 30_000 });
  await expect(stop(app)).toBeVisible();
  // Every part of the page came, pictures too.
  await app.waitForFunction(() => document.fonts.status === 'loaded');

  await server.resume();
  await app.evaluate(() => dispatchEvent(new Event('online')));
  await expect(copyLine(app)).toHaveCount(0);
});

test('the app starts with a server that does not answer', async ({ page, server }) => {
  await openAndKeep(page);
  server.freeze();
  const { app, shownAfter } = await startCold(page);
  test.info().annotations.push({ type: 'run shown after', description: `${Math.round(shownAfter)} ms` });
  await app.locator('body[data-hydrated]').waitFor();
  await expect(copyLine(app)).toContainText('Offline: last known');
});

test('the app starts with the run as it was last', async ({ page, server }) => {
  await openAndKeep(page);
  const later = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A parcel that came later');
  // The phone is put away: a last moment with a network.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  const copy = () => page.evaluate(async () => (await caches.match('/courier'))?.text());
  await expect.poll(copy).toContain('A parcel that came later');
  await server.halt();
  const { app } = await startCold(page);
  await expect(app.getByText(later.reference)).toBeVisible();
});

test('a new version waits until the courier says so', async ({ page, server, newerSite }) => {
  await openAndKeep(page);
  const before = await cacheNames(page);
  await server.halt();
  await server.resume({ LEPTOS_SITE_ROOT: newerSite });

  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  const bar = page.getByText('A new version is ready');
  await expect(bar).toBeVisible();
  const waiting = await cacheNames(page);
  expect(waiting).toEqual(expect.arrayContaining(before));
  const fresh = waiting.filter((name) => !before.includes(name));
  expect(fresh).toHaveLength(1);

  const loadedAnew = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Update' }).click();
  await loadedAnew;
  await page.locator('body[data-hydrated]').waitFor();
  await expect.poll(async () => (await cacheNames(page)).sort()).toEqual([...fresh, 'porchlight-page'].sort());
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
  await expect(bar).toHaveCount(0);
});

test('whoever signs out leaves no run behind', async ({ page, server }) => {
  await openAndKeep(page);
  await expect.poll(() => runsWrittenDown(page)).toBe(1);
  await open(page, '/account');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL('**/sign-in');
  await copyIs(page, false);
  await expect.poll(() => runsWrittenDown(page)).toBe(0);
  await server.halt();
  await page.goto('/courier');
  await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
  await expect(page.getByText(DOOR.text)).toHaveCount(0);
});

test('a run is forgotten when the session has ended', async ({ page, context, server, consoleErrors }) => {
  // The page may ask for the run before it is loaded anew.
  consoleErrors.expect(/401/);
  await openAndKeep(page);
  await context.clearCookies();
  await page.reload();
  await page.waitForURL('**/sign-in**');
  await copyIs(page, false);
  await server.halt();
  await page.goto('/courier');
  await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
});
