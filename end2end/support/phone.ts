import { devices, expect, type CDPSession, type Locator, type Page } from '@playwright/test';
import type { Parcel } from './api';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];

/** A courier's phone: touch, a small screen of many pixels, and a browser that says what it runs on. */
export const PHONE = { ...pixel, viewport: { width: 390, height: 844 } };

/** A stop that is not the next one is a row: it is opened first. */
export async function openedStop(page: Page, parcel: Parcel): Promise<Locator> {
  const stop = page.locator(`#stop-${parcel.reference}`);
  const actions = stop.getByText('Could not deliver');
  if (!(await actions.isVisible())) await stop.getByRole('button').first().click();
  await expect(actions).toBeVisible();
  return stop;
}

/** The tag under which the courier's page asks to be sent in the background. */
const SYNC = 'porchlight-steps';

/** Waits until the service worker answers for this page. */
export async function kept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  // A page behind another one is not drawn, and would never look by itself.
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', undefined, {
    polling: 100,
  });
}

/**
 * Waits until the phone has a copy of the courier's page, or has none any more. `waitForFunction` takes a promise for
 * a yes, so it can't ask a cache.
 */
export async function copyIs(page: Page, there: boolean): Promise<void> {
  const isThere = () => page.evaluate(async () => (await caches.match('/courier')) !== undefined);
  await expect.poll(isThere, 'a copy of the page').toBe(there);
}

/** The browser wakes the service worker, as it does once there is a network; `page` is any that it keeps open. */
export async function wakeWorker(page: Page, origin: string): Promise<void> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  const registration = new Promise<string>((found) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const known = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(origin) && !isDeleted);
      if (known) found(known.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.dispatchSyncEvent', {
    origin,
    registrationId: await registration,
    tag: SYNC,
    lastChance: false,
  });
  await devtools.detach();
}

/** The tags under which the page has asked. */
export const askedToSync = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (registration as unknown as { sync: { getTags(): Promise<string[]> } }).sync.getTags();
  });

/** How many things stand in a shelf of the phone. */
export const shelf = (page: Page, name: string) =>
  page.evaluate(
    (name) =>
      new Promise<number>((done) => {
        const opening = indexedDB.open('porchlight-courier');
        opening.onsuccess = () => {
          const counting = opening.result.transaction(name).objectStore(name).count();
          counting.onsuccess = () => {
            opening.result.close();
            done(counting.result);
          };
        };
      }),
    name,
  );

/** The addresses of the tiles that the phone keeps. */
export const keptTiles = (page: Page) =>
  page.evaluate(async () => {
    if (!(await caches.has('porchlight-tiles'))) return [];
    const tiles = await caches.open('porchlight-tiles');
    return (await tiles.keys()).map(({ url }) => new URL(url).pathname);
  });

/** Waits until every tile of the map that is shown has a picture. */
export async function expectTiles(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const tiles = [...document.querySelectorAll<HTMLImageElement>('.run-map .leaflet-tile')];
        return tiles.length > 0 && tiles.every((tile) => tile.complete && tile.naturalWidth > 0);
      }),
    )
    .toBe(true);
}
