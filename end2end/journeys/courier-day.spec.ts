import type { Page } from '@playwright/test';
import { Api, DOOR, Parcel } from '../support/api';
import { kept, openedStop, PHONE } from '../support/phone';
import { expect, open, signIn, test } from '../support/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';
const NEAR = { text: 'Aleksanterinkatu 15, Helsinki', lat: 60.1689, lon: 24.9483 };

test.use(PHONE);

const stopOf = (page: Page, parcel: Parcel) =>
  page.locator('.stop').filter({ hasText: parcel.reference });

async function deliver(page: Page, parcel: Parcel, who: string): Promise<void> {
  const stop = await openedStop(page, parcel);
  const form = stop.locator('details').filter({ hasText: 'Confirm delivery' });
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  await form.getByLabel('Who took it?').fill(who);
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
  await expect(stop).toHaveCount(0);
}

type Entry = { type: string; time: string; data: { to?: string; done_at?: string; proof?: object } };

test('a courier’s day, with a dead zone in the middle', async ({ page, context, server, consoleErrors }) => {
  test.slow();
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/);
  // Journeys share a courier, whose last run may still go on.
  const courier = await Api.signIn(server.url, COURIER);
  await courier.call('POST', '/courier/run/end');
  const names = ['A drum', 'A flute', 'A harp'];
  const parcels: Parcel[] = [];
  for (const name of names) {
    parcels.push(await Parcel.booked(server.url, CUSTOMER, COURIER, name, name === 'A harp' ? NEAR : DOOR));
  }
  const [drum, flute, harp] = parcels;
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: DOOR.lat, longitude: DOOR.lon, accuracy: 8 });

  // Morning: the parcels are collected, and the run begins.
  await signIn(page, COURIER);
  await open(page, '/courier');
  const collect = page.locator('.collect');
  await collect.getByRole('button', { name: 'Scan parcels' }).click();
  for (const { reference } of parcels) {
    await collect.getByLabel('Or type PL-…').fill(reference);
    await collect.getByRole('button', { name: 'Collect' }).click();
    await expect(collect).toContainText(`${reference} is collected.`);
  }
  await expect(collect).toContainText('Every parcel is collected');
  const statusOf = async (parcel: Parcel) =>
    (await courier.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
  await expect.poll(() => statusOf(harp), { timeout: 30_000 }).toBe('collected');
  await open(page, '/courier');
  const start = page.getByRole('button', { name: 'Start run' });
  await start.click();
  await expect(page.getByText('Your position is shared')).toBeVisible();
  await deliver(page, drum, 'Aino');
  await expect.poll(() => statusOf(drum), { timeout: 30_000 }).toBe('delivered');
  await kept(page);

  // Noon: no network. One is delivered, one is not, and the phone is put away and taken out again.
  await context.setOffline(true);
  await deliver(page, flute, 'Eino');
  const stop = await openedStop(page, harp);
  await stop.getByText('Could not deliver').click();
  await stop.getByLabel('No way in').check();
  await stop.getByRole('button', { name: 'Report' }).click();
  await expect(stopOf(page, harp)).toHaveCount(0);
  await expect(page.getByText('2 steps are not sent yet')).toBeVisible();
  expect(await statusOf(flute)).toBe('out_for_delivery');
  const again = await context.newPage();
  await page.close();
  await again.goto('/courier', { waitUntil: 'commit' });
  await again.locator('body[data-hydrated]').waitFor();
  await expect(again.getByText('2 steps are not sent yet')).toBeVisible();
  const failed = again.locator('section.done');
  await expect(failed).toContainText('A harp');

  // Afternoon: the network is back, and the parcel that nobody took is tried again.
  await context.setOffline(false);
  await expect.poll(() => statusOf(harp), { timeout: 40_000 }).toBe('failed');
  expect(await statusOf(flute)).toBe('delivered');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => statusOf(harp), { timeout: 30_000 }).toBe('out_for_delivery');
  await deliver(again, harp, 'Toivo');
  await expect.poll(() => statusOf(harp), { timeout: 30_000 }).toBe('delivered');

  // Evening.
  await again.getByRole('button', { name: 'End run' }).click();
  await expect(again.getByText(/This run is over|No run today/).first()).toBeVisible({ timeout: 30_000 });

  // Their recipient reads what happened when, each thing once and in order.
  const customer = await Api.signIn(server.url, CUSTOMER);
  const told = async (parcel: Parcel) =>
    (await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`)).filter(
      ({ type }) => type === 'delivery.status.changed',
    );
  expect((await told(drum)).map(({ data }) => data.to)).toEqual(['collected', 'out_for_delivery', 'delivered']);
  expect((await told(harp)).map(({ data }) => data.to)).toEqual([
    'collected',
    'out_for_delivery',
    'failed',
    'out_for_delivery',
    'delivered',
  ]);
});
