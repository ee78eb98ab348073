import { DOOR, Parcel } from '../support/api';
import { Server } from '../support/server';
import { kept } from '../support/phone';
import { expect, live, open, signIn, test } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_FAILED|Failed to fetch|503/;

test('a courier without GPS says that they are at the door, and the recipient hears it', async ({ page, browser, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  await parcel.step('out_for_delivery');
  const home = await browser.newContext({ baseURL: server.url });
  const recipient = await home.newPage();
  await signIn(recipient, CUSTOMER);
  await open(recipient, `/deliveries/${parcel.reference}`);
  await live(recipient);
  await signIn(page, COURIER);
  await open(page, '/courier');
  await page.getByRole('button', { name: 'I’m here' }).click();
  await expect(page.getByText('The recipient knows that you are at the door.')).toBeVisible();
  await expect(recipient.locator('.arrival__headline')).toHaveText(/door/);
  // It is so for whoever opens the page anew, too, and can't be pressed again.
  await open(page, '/courier');
  await expect(page.getByText('The recipient knows that you are at the door.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'I’m here' })).toHaveCount(0);
  await home.close();
});

test('dispatch sees who is silent, and no longer once they are heard', async ({ browser }) => {
  const server = await Server.start({ PORCHLIGHT_SILENT_AFTER_S: '1' });
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  await parcel.step('out_for_delivery');
  // Close to the door every few seconds would count.
  await parcel.report(DOOR.lat + 0.001, DOOR.lon);
  const office = await browser.newContext({ baseURL: server.url });
  const page = await office.newPage();
  await signIn(page, 'admin@demo.test');
  await open(page, '/admin');
  await expect(page.getByText('Everybody on the road is heard.')).toBeVisible();
  const silent = page.locator('.silent__courier');
  await expect(silent).toHaveCount(1, { timeout: 45_000 });
  await expect(silent).toContainText('1 parcel out');
  await parcel.report(DOOR.lat + 0.0011, DOOR.lon);
  await expect(silent).toHaveCount(0, { timeout: 15_000 });
  await office.close();
  await Parcel.emptyVans();
  await server.stop();
});

test('a phone is asked at once when its page is looked at again', async ({ page, context, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  await parcel.step('out_for_delivery');
  await context.grantPermissions(['geolocation'], { origin: server.url });
  // A phone that stands still says nothing by itself, and answers when it is asked.
  await page.addInitScript(() => {
    const position = () => ({
      coords: { latitude: 60.1716, longitude: 24.9373, accuracy: 12, speed: null, heading: null },
      timestamp: Date.now(),
    });
    const answer = (tell: (position: unknown) => void) => void setTimeout(() => tell(position()), 10);
    const geolocation = { watchPosition: answer, getCurrentPosition: answer, clearWatch: () => undefined };
    Object.defineProperty(Navigator.prototype, 'geolocation', { get: () => geolocation });
  });
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(page.getByText('Your position is shared')).toBeVisible();
  const reported = page.waitForRequest('**/report-fixes', { timeout: 5_000 });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await reported;
});

test('a low battery is spared, and the courier is told', async ({ page, context, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  await parcel.step('out_for_delivery');
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: 60.1716, longitude: 24.9373, accuracy: 12 });
  await page.addInitScript(() => {
    const battery = { level: 0.1, charging: false, onlevelchange: null, onchargingchange: null };
    Object.assign(window, { battery });
    Object.assign(Navigator.prototype, { getBattery: () => Promise.resolve(battery) });
  });
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(page.getByText('Your position is shared, less often')).toBeVisible();
  await page.evaluate(() => {
    const { battery } = window as unknown as { battery: { charging: boolean; onchargingchange: () => void } };
    battery.charging = true;
    battery.onchargingchange();
  });
  await expect(page.getByText('Your position is shared, less often')).toHaveCount(0);
  await expect(page.getByText('Your position is shared')).toBeVisible();
});

test('whoever is signed out and offline is told so in our words', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(NO_NETWORK);
  await signIn(page, COURIER);
  await open(page, '/courier');
  await kept(page);
  await open(page, '/account');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL('**/sign-in');
  await server.halt();
  await page.goto('/courier');
  await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
  await expect(page.getByText('Sign in when you are back online.')).toBeVisible();
  await server.resume();
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.waitForURL(/\/sign-in/);
});
