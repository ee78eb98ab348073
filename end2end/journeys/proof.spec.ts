import type { Locator, Page } from '@playwright/test';
import { DOOR, Parcel } from '../support/api';
import { PHONE } from '../support/phone';
import { expect, live, open, signIn, test } from '../support/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

test.use(PHONE);

/**
 * What a phone's camera writes: many pixels, and beside them in EXIF how it was held (on its side) and who owns it.
 */
async function photo(page: Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [3000, 2000];
    const context = canvas.getContext('2d')!;
    for (let row = 0; row < 40; row += 1) {
      for (let column = 0; column < 60; column += 1) {
        context.fillStyle = `hsl(${(row * 61 + column * 37) % 360} 60% 55%)`;
        context.fillRect(column * 50, row * 50, 50, 50);
      }
    }
    return canvas.toDataURL('image/jpeg', 0.95);
  });
  const jpeg = Buffer.from(url.split(',')[1], 'base64');
  const entry = (tag: number, type: number, count: number, value: number[]) => [
    tag >> 8, tag & 255, 0, type, 0, 0, 0, count, ...value,
  ];
  const owner = [...Buffer.from('Väinö\0')];
  const orientation = entry(0x0112, 3, 1, [0, 6, 0, 0]);
  const artist = entry(0x013b, 2, owner.length, [0, 0, 0, 38]);
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2, ...orientation, ...artist, 0, 0, 0, 0, ...owner];
  const exif = Buffer.from([...Buffer.from('Exif\0\0'), ...tiff]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

async function sign(page: Page, sheet: Locator): Promise<void> {
  await sheet.scrollIntoViewIfNeeded();
  const box = (await sheet.boundingBox())!;
  await page.mouse.move(box.x + 30, box.y + box.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 20; step += 1) {
    await page.mouse.move(box.x + 30 + step * 10, box.y + box.height / 2 + 25 * Math.sin(step));
  }
  await page.mouse.up();
}

const stopOf = (page: Page, parcel: Parcel) =>
  page.locator('.stop').filter({ hasText: parcel.reference });

/** Opens the form with which a stop's parcel is delivered. */
async function delivering(stop: Locator): Promise<Locator> {
  const form = stop.locator('details').filter({ hasText: 'Confirm delivery' });
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  return form;
}

test('a photo and a signature taken in a dead zone are seen by the recipient', async ({
  page,
  context,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A cello', DOOR, {
    photo_needed: true,
  });
  await parcel.step('out_for_delivery');
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const customer = await elsewhere.newPage();
  await signIn(customer, CUSTOMER);
  await open(customer, `/deliveries/${parcel.reference}`);
  await live(customer);

  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: DOOR.lat, longitude: DOOR.lon, accuracy: 8 });
  await signIn(page, COURIER);
  await open(page, '/courier');
  const stop = stopOf(page, parcel);
  const form = await delivering(stop);
  await context.setOffline(true);
  await form.getByLabel('Who took it?').fill('Aino');
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'A photo' })).toBeVisible();

  const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await photo(page) };
  await form.locator('input[type=file]').setInputFiles(file);
  await expect(form.getByRole('img', { name: 'Photo' })).toBeVisible();
  await sign(page, form.locator('canvas'));
  await expect(form.getByRole('button', { name: 'Erase' })).toBeVisible();
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
  await expect(stop).toHaveCount(0);
  await expect(page.getByText('1 step is not sent yet')).toBeVisible();

  // The phone is put away before there is a network again.
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await open(again, '/courier');

  // The customer's page shows both, without a reload.
  const proof = customer.locator('.proof');
  const shown = proof.getByRole('img', { name: 'Photo from the door' });
  await expect(shown).toBeVisible();
  await expect(proof.getByRole('img', { name: 'Signature' })).toBeVisible();
  await expect(proof.locator('.callout--failure')).toHaveCount(0);
  await expect
    .poll(() => shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]))
    .toEqual([1067, 1600]);
  const kept = await customer.request.get((await shown.getAttribute('src'))!);
  const bytes = await kept.body();
  expect(bytes.length).toBeLessThan(240 * 1024);
  expect(bytes.includes('Exif')).toBe(false);
  await customer.getByText('Everything that happened').click();
  await expect(customer.locator('.history')).toContainText('Aino');

  // Nobody else sees them.
  const stranger = await browser.newContext({ baseURL: server.url });
  const refused = await stranger.request.get((await shown.getAttribute('src'))!);
  expect(refused.status()).toBe(401);
  await stranger.close();
  await elsewhere.close();
});

test('a recipient without their parcel is heard, and told what came of it', async ({
  page,
  browser,
  server,
}) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A chair');
  await parcel.step('out_for_delivery');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const admin = await elsewhere.newPage();
  await signIn(admin, 'admin@demo.test');
  await open(admin, '/admin');
  await live(admin);

  // Some 700 metres away, which 8 metres do not explain.
  await parcel.step('delivered', {
    proof: { recipient_name: 'Aino' },
    no_fix_reason: undefined,
    at: { lat: 60.1716, lon: 24.9373, accuracy_m: 8 },
  });
  await expect(page.locator('.proof .callout--failure')).toContainText('m from your address');
  const cases = admin.locator('.case').filter({ hasText: parcel.reference });
  await expect(cases.filter({ hasText: 'Delivered far from the address' })).toBeVisible();

  await page.getByText('I don’t have it').click();
  await page.getByLabel('Anything that helps?').fill('Not in the yard either');
  await page.getByRole('button', { name: 'Tell us' }).click();
  await expect(page.locator('.proof')).toContainText('are looking into it');
  const missed = cases.filter({ hasText: 'The recipient does not have it' });
  await expect(missed).toContainText('Not in the yard either');

  await missed.getByLabel('What came of it?').fill('It was at number 73. You have it tomorrow.');
  await missed.getByRole('button', { name: 'Close' }).click();
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('It was at number 73');
  await expect(page.getByText('I don’t have it')).toBeVisible();
  await elsewhere.close();
});

test('a status that was a mistake is taken back, and both stay in the history', async ({
  page,
  browser,
  server,
}) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A stool');
  await parcel.step('out_for_delivery');
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const customer = await elsewhere.newPage();
  await signIn(customer, CUSTOMER);
  await open(customer, `/deliveries/${parcel.reference}`);
  await live(customer);
  await parcel.deliver();
  await expect(customer.getByRole('status').filter({ hasText: 'was delivered' })).toBeVisible();

  await signIn(page, COURIER);
  await open(page, '/courier');
  await page.getByText(/^\d+ delivered$/).click();
  const done = page.locator('.done__stop').filter({ hasText: DOOR.text }).last();
  await done.getByText('That was a mistake').click();
  await done.getByLabel('What went wrong?').fill('It was for next door');
  await done.getByRole('button', { name: 'Take it back' }).click();
  await expect(stopOf(page, parcel)).toBeVisible();
  await expect(customer.getByRole('status').filter({ hasText: 'still on its way' })).toBeVisible({
    timeout: 20_000,
  });
  await customer.getByText('Everything that happened').click();
  await expect(customer.locator('.history')).toContainText('It was for next door');
  await expect(customer.locator('.history')).toContainText('Delivered');

  // What could not be delivered may be tried again.
  await parcel.step('failed', { reason: 'nobody_home' });
  const failed = page.locator('section.done').filter({ hasText: 'Not delivered' });
  await failed.getByRole('button', { name: 'Try again' }).first().click();
  await expect(stopOf(page, parcel)).toBeVisible();
  await elsewhere.close();
});
