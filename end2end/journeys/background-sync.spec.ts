import type { Page } from '@playwright/test';
import { Api, Parcel } from '../support/api';
import { askedToSync, kept, shelf, wakeWorker } from '../support/phone';
import { expect, open, signIn, test } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to fetch/;

const stop = (page: Page, parcel: Parcel) => page.locator('.stop').filter({ hasText: parcel.reference });

async function deliver(page: Page, parcel: Parcel, recipient: string): Promise<void> {
  const form = stop(page, parcel).locator('details').filter({ hasText: 'Confirm delivery' });
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  await form.getByLabel('Who took it?').fill(recipient);
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
}

type Entry = { type: string; data: { to?: string; arrival?: string } };

/** What happened to a parcel since it went out, in order. */
async function story(url: string, parcel: Parcel): Promise<string[]> {
  const customer = await Api.signIn(url, CUSTOMER);
  const entries = await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`);
  const told = entries.map(({ data }) => data.arrival ?? data.to ?? '');
  return told.slice(told.lastIndexOf('out_for_delivery') + 1);
}

test('what was kept is sent in order with the page closed, once', async ({ page, context, server, consoleErrors }) => {
  consoleErrors.expect(NO_NETWORK);
  const first = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  const second = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A kettle');
  for (const parcel of [first, second]) await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  // Any page of ours keeps the browser's hold on the worker, and is none of the courier's.
  const other = await context.newPage();
  await open(other, '/account');
  await open(page, '/courier');
  await kept(page);

  await context.setOffline(true);
  await stop(page, first).getByRole('button', { name: 'I’m here' }).click();
  await expect(stop(page, first)).toContainText('The recipient knows that you are at the door.');
  await deliver(page, first, 'Aino');
  await deliver(page, second, 'Eino');
  await expect(page.getByText('3 steps are not sent yet')).toBeVisible();
  expect(await askedToSync(page)).toEqual(['porchlight-steps']);
  await page.close();
  expect(await story(server.url, first)).toEqual([]);

  await context.setOffline(false);
  await wakeWorker(other, server.url);
  await expect.poll(() => story(server.url, second)).toEqual(['delivered']);
  expect(await story(server.url, first)).toEqual(['at_the_door', 'delivered']);
  await expect.poll(() => shelf(other, 'steps')).toBe(0);

  // The page finds nothing left to do, and a second wake-up neither.
  await wakeWorker(other, server.url);
  const again = await context.newPage();
  await open(again, '/courier');
  await expect(stop(again, first)).toHaveCount(0);
  await expect(again.locator('.step-bar')).toBeEmpty();
  expect(await story(server.url, first)).toEqual(['at_the_door', 'delivered']);
});

test('a step that the server refuses while the page is closed waits with the reason', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(NO_NETWORK);
  const gone = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  const left = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A mirror');
  for (const parcel of [gone, left]) await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  const other = await context.newPage();
  await open(other, '/account');
  await open(page, '/courier');
  await kept(page);
  await context.setOffline(true);
  await deliver(page, gone, 'Aino');
  await deliver(page, left, 'Eino');
  await expect(page.getByText('2 steps are not sent yet')).toBeVisible();
  await page.close();
  const dispatch = await Api.signIn(server.url, 'admin@demo.test');
  for (const status of ['failed', 'returned']) {
    await dispatch.done('POST', `/deliveries/${gone.reference}/status`, { status, reason: 'refused' });
  }
  await context.setOffline(false);
  await wakeWorker(other, server.url);
  await expect.poll(() => story(server.url, left)).toEqual(['delivered']);

  const again = await context.newPage();
  await open(again, '/courier');
  const refused = again.getByRole('alert').filter({ hasText: 'This did not go through' });
  await expect(refused).toContainText('Fabianinkatu 37');
  await refused.getByRole('button').click();
  await expect(again.locator('.step-bar')).toBeEmpty();
});

test('without a session nothing is sent, and nothing is lost', async ({ page, context, server, consoleErrors }) => {
  consoleErrors.expect(NO_NETWORK);
  // The other page's event stream has no session either.
  consoleErrors.expect(/401/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A clock');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  const other = await context.newPage();
  await open(other, '/account');
  await open(page, '/courier');
  await kept(page);
  await context.setOffline(true);
  await deliver(page, parcel, 'Aino');
  await expect(page.getByText('1 step is not sent yet')).toBeVisible();
  await page.close();
  // The browser wakes the worker by itself, too, as soon as there is a network.
  const cookies = await context.cookies();
  await context.clearCookies({ name: 'porchlight_session' });
  await context.setOffline(false);
  await wakeWorker(other, server.url);
  await wakeWorker(other, server.url);
  expect(await story(server.url, parcel)).toEqual([]);
  await context.addCookies(cookies);
  await wakeWorker(other, server.url);
  await expect.poll(() => story(server.url, parcel)).toEqual(['delivered']);
});
