import type { Page } from '@playwright/test';
import { DOOR, Parcel } from '../support/api';
import { expectAccessible } from '../support/accessibility';
import { copyIs, kept, keptTiles, expectTiles } from '../support/phone';
import { expect, open, reload, signIn, test } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';
/** What a browser says when there is no server. */
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_FAILED|Failed to fetch/;

const marks = (page: Page) => page.locator('.run-map .stop-mark');

test.beforeEach(async ({ context, server }) => {
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: 60.1716, longitude: 24.9373, accuracy: 12 });
});

test('the courier opens the map, sees the stops and the way, and gets to a stop’s card', async ({ page, server }) => {
  const parcels = [
    await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A first lamp'),
    await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A second lamp'),
  ];
  for (const parcel of parcels) await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  const scripts: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('leaflet')) scripts.push(request.url());
  });
  await open(page, '/courier');
  await expect(page.locator('.stop').first()).toBeVisible();
  expect(scripts.filter((url) => url.endsWith('leaflet.js'))).toEqual([]);

  await page.getByRole('button', { name: 'Map', exact: true }).click();
  // Both parcels go to one door, which has one marker.
  await expect(marks(page)).toHaveCount(1);
  await expect(page.getByRole('button', { name: `Stop 1: ${DOOR.text}` })).toHaveText('1+');
  await expect(page.locator('.run-map .van')).toBeVisible();
  await expectTiles(page);
  // The way begins where the phone was reported, along streets.
  await expect
    .poll(async () => (await page.locator('.run-map .route-line').getAttribute('d'))?.length ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(20);
  await expectAccessible(page);

  await marks(page).first().click();
  await expect(page.locator(`#stop-${parcels[0].reference}`)).toBeFocused();
  await expect(page.locator(`#stop-${parcels[0].reference}`)).toBeInViewport();
});

test('the map of the run is there without a network, and gone with the run', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(NO_NETWORK);
  await page.context().setGeolocation({ latitude: DOOR.lat - 0.0005, longitude: DOOR.lon - 0.001, accuracy: 12 });
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  await kept(page);
  await copyIs(page, true);
  let count = 0;
  // All of them: the list of a single door is short.
  await expect
    .poll(async () => {
      const before = count;
      count = (await keptTiles(page)).length;
      return count > 4 && count === before;
    }, { intervals: [1000], timeout: 30_000 })
    .toBe(true);
  const tiles = await keptTiles(page);
  expect(tiles.length).toBeLessThanOrEqual(300);
  for (const zoom of [12, 14, 16]) expect(tiles.some((tile) => tile.startsWith(`/tiles/light/${zoom}/`)), `${zoom}`).toBe(true);
  // The way is kept with the run once the map was open.
  const way = page.waitForResponse('**/way-ahead');
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await way;

  await server.halt();
  await reload(page);
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await expect(marks(page)).toHaveCount(1);
  await expectTiles(page);

  await server.resume();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await parcel.deliver();
  await reload(page);
  await page.getByRole('button', { name: 'End run' }).click();
  await expect.poll(async () => (await keptTiles(page)).length, { timeout: 30_000 }).toBe(0);
});

test('whoever pays for each megabyte keeps no map ahead', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A kite');
  await parcel.step('out_for_delivery');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setDataSaverOverride', { dataSaverEnabled: true });
  await signIn(page, COURIER);
  await open(page, '/courier');
  await kept(page);
  const isSaving = await page.evaluate(() => (navigator as unknown as { connection?: { saveData: boolean } }).connection?.saveData);
  test.skip(!isSaving, 'this browser does not say so');
  await copyIs(page, true);
  expect(await keptTiles(page)).toEqual([]);
});
