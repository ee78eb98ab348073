import { Api, Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';
import type { Page } from '@playwright/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';

const stop = (page: Page, parcel: Parcel) =>
  page.locator('.stop').filter({ hasText: parcel.reference });

async function deliver(page: Page, parcel: Parcel, recipient: string): Promise<void> {
  const form = stop(page, parcel).locator('details').filter({ hasText: 'Confirm delivery' });
  // A stop that is not next is one row until somebody opens it.
  if ((await form.count()) === 0) await stop(page, parcel).locator('.stop__row').click();
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  await form.getByLabel('Who took it?').fill(recipient);
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
}

type Entry = { type: string; time: string; data: { to?: string; done_at?: string; reason?: string } };

/** The statuses of a parcel after it went out, as its customer reads them. */
async function since(url: string, parcel: Parcel): Promise<Entry['data'][]> {
  const customer = await Api.signIn(url, CUSTOMER);
  const entries = await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`);
  const changes = entries.filter((entry) => entry.type === 'delivery.status.changed');
  return changes.map((entry) => entry.data).filter(({ to }) => to === 'delivered' || to === 'failed');
}

test('what a courier does in a dead zone arrives once, in order, when they are back', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await context.grantPermissions(['geolocation'], { origin: server.url });
  await context.setGeolocation({ latitude: 60.1716, longitude: 24.9373, accuracy: 8 });
  const first = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  const second = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A kettle');
  await first.step('out_for_delivery');
  await second.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect(stop(page, first)).toBeVisible();

  // No network: the list goes on, and says what is not sent.
  await context.setOffline(true);
  await deliver(page, first, 'Aino');
  await expect(stop(page, first)).toHaveCount(0);
  await stop(page, second).getByText('Could not deliver').click();
  await stop(page, second).getByLabel('Nobody home').check();
  await stop(page, second).getByRole('button', { name: 'Report' }).click();
  await expect(page.getByText('2 steps are not sent yet')).toBeVisible();
  expect(await since(server.url, first)).toEqual([]);

  // The page is closed and opened again: nothing of it is lost.
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await open(again, '/courier');
  await expect.poll(() => since(server.url, second)).toHaveLength(1);
  expect((await since(server.url, second))[0]).toMatchObject({ to: 'failed', reason: 'nobody_home' });
  expect(await since(server.url, first)).toMatchObject([{ to: 'delivered' }]);
  await expect(again.locator('.step-bar')).toBeEmpty();
  await expect(stop(again, first)).toHaveCount(0);
});

test('a step whose answer was lost is taken once', async ({ page, context, server, consoleErrors }) => {
  consoleErrors.expect(/ERR_FAILED|Failed to fetch|ERR_CONNECTION/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A mirror');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  let lost = 0;
  await context.route('**/take-steps', async (route) => {
    const answer = await route.fetch();
    if (lost < 2) {
      lost += 1;
      await route.abort('failed');
    } else {
      await route.fulfill({ response: answer });
    }
  });
  await deliver(page, parcel, 'Aino');
  await expect.poll(() => lost).toBe(2);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.locator('.step-bar')).toBeEmpty();
  expect(await since(server.url, parcel)).toMatchObject([{ to: 'delivered' }]);
});

test('a step can be undone before anyone hears of it', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A kite');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  await deliver(page, parcel, 'Aino');
  await expect(stop(page, parcel)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(stop(page, parcel)).toBeVisible();
  await expect(page.locator('.step-bar')).toBeEmpty();
  expect(await since(server.url, parcel)).toEqual([]);
});

test('a step whose answer was lost is undone for good, or it is said that it was too late', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_FAILED|Failed to fetch|ERR_CONNECTION/);
  const lost = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A drum');
  const taken = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A flute');
  await lost.step('out_for_delivery');
  await taken.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  let [arrives, answers, sent] = [false, false, 0];
  const held: string[] = [];
  await context.route('**/take-steps', async (route) => {
    if (answers) return route.continue();
    held.push(route.request().postData() ?? '');
    if (arrives) await route.fetch();
    sent += 1;
    await route.abort('failed');
  });

  // The request is lost on its way: it is not taken when it comes after all.
  await deliver(page, lost, 'Aino');
  await expect(page.getByText('1 step is not sent yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(stop(page, lost)).toBeVisible();
  answers = true;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.locator('.step-bar')).toBeEmpty();
  const late = await page.request.post(`${server.url}/api/ui/v1/take-steps`, {
    headers: { 'content-type': 'application/json' },
    data: held[0] ?? '',
  });
  expect(await late.json()).toMatchObject([{ outcome: 'taken' }]);
  expect(await since(server.url, lost)).toEqual([]);

  // The answer is lost: the parcel is delivered, and the courier is told.
  [arrives, answers, sent] = [true, false, 0];
  await deliver(page, taken, 'Aino');
  await expect.poll(() => sent).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  answers = true;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  const told = page.getByRole('alert').filter({ hasText: 'It had arrived already' });
  await expect(told).toContainText('Fabianinkatu 37');
  await expect(stop(page, taken)).toHaveCount(0);
  expect(await since(server.url, taken)).toMatchObject([{ to: 'delivered' }]);
});

test('a step that came too late is shown with what to do', async ({ page, context, server, consoleErrors }) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch|409/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  await context.setOffline(true);
  await deliver(page, parcel, 'Aino');
  // Meanwhile dispatch has it sent back.
  const dispatch = await Api.signIn(server.url, 'admin@demo.test');
  for (const status of ['failed', 'returned']) {
    await dispatch.done('POST', `/deliveries/${parcel.reference}/status`, { status, reason: 'refused' });
  }
  await context.setOffline(false);
  const refused = page.getByRole('alert').filter({ hasText: 'This did not go through' });
  await expect(refused).toContainText('Fabianinkatu 37');
  await refused.getByRole('button').click();
  await expect(page.locator('.step-bar')).toBeEmpty();
});
