import { expectAccessible } from '../support/accessibility';
import { Parcel } from '../support/api';
import { expect, live, open, reload, signIn, test } from '../support/test';
import type { BrowserContext, Page } from '@playwright/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'resident2@demo.test';

/** The phone is somewhere else, and a browser says so. */
async function moveTo(context: BrowserContext, latitude: number, longitude: number): Promise<void> {
  await context.setGeolocation({ latitude, longitude, accuracy: 8 });
}

const position = (page: Page) => page.locator('.sharing');

test('a courier’s phone shares its position, also what it saw in a dead zone', async ({
  page,
  context,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER);
  await parcel.step('out_for_delivery');
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await moveTo(context, 60.1716, 24.9373);

  // Somebody watches: from the first report on the phone is asked to hurry.
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const customer = await elsewhere.newPage();
  await signIn(customer, CUSTOMER);
  await open(customer, `/deliveries/${parcel.reference}`);
  await live(customer);

  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(position(page)).toContainText('Your position is shared');
  await expect(position(page)).toContainText('Last sent');

  const van = customer.locator('.leaflet-marker-icon.van');
  await expect(van).toBeVisible();
  const where = () => van.evaluate((marker) => (marker as HTMLElement).style.transform);
  // The map finds its place first, and the van glides to where it was told last.
  let before = '';
  const isStill = async () => {
    const last = before;
    before = await where();
    return last === before;
  };
  await expect.poll(isStill, { intervals: [1_000] }).toBe(true);

  // In the cellar: kept on the phone, over a reload of the page too.
  await context.route('**/report-fixes', (route) => route.abort('internetdisconnected'));
  const unsent = position(page).getByText(/positions? (is|are) kept here/);
  // The first may be the one that was sent last, once more: that one moves no van.
  const several = position(page).getByText(/([2-9]|\d\d+) positions are kept here/);
  await expect
    .poll(async () => {
      await moveTo(context, 60.1714, 24.9373 + Math.random() / 1000);
      return several.count();
    }, { timeout: 30_000 })
    .toBe(1);
  await reload(page);
  await expect(unsent).toBeVisible();
  expect(await where()).toBe(before);

  await context.unroute('**/report-fixes');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(position(page)).toContainText('Your position is shared');
  await expect(unsent).toHaveCount(0);
  await expect.poll(where).not.toBe(before);

  await elsewhere.close();
});

test('a courier whose phone gives only a rough place is told so, and until it is precise', async ({
  page,
  context,
  server,
}) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER);
  await parcel.step('out_for_delivery');
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: 60.1716, longitude: 24.9373, accuracy: 5_000 });
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(position(page)).toContainText('Recipients can’t see you');
  await expect(position(page)).toContainText('Allow the precise location');
  await expectAccessible(page);
  await moveTo(context, 60.1716, 24.9374);
  await expect(position(page)).toContainText('Your position is shared', { timeout: 60_000 });
});

test('a courier who forbids it is told what that means', async ({ page, context, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER);
  await parcel.step('out_for_delivery');
  await context.clearPermissions();
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(position(page)).toContainText('Your position is blocked');
});
