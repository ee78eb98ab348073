import type { Locator, Page } from '@playwright/test';
import { Api, Parcel } from '../support/api';
import { expect, live, open, signIn, test } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer2@demo.test';

/** Doors of one street, eastwards from the depot. */
const DOORS = [
  { text: 'Kaivokatu 8, Helsinki', lat: 60.1701, lon: 24.9415 },
  { text: 'Mikonkatu 9, Helsinki', lat: 60.1699, lon: 24.9462 },
  { text: 'Fabianinkatu 37, Helsinki', lat: 60.1714549, lon: 24.9498749 },
];

// The text itself, not what is drawn of it: rows that are new or out of sight are not drawn until the next frame.
const shown = (page: Page) => page.locator('.stop .stop__reference').allTextContents();
const rows = (page: Page) => page.locator('.order__row .order__reference').allTextContents();
const row = (page: Page, reference: string) =>
  page.locator('.order__row').filter({ hasText: reference });

async function loaded(url: string): Promise<{ first: Parcel; order: string[] }> {
  // Journeys share a courier: this one begins with a run that has not begun, in nobody's order.
  const courier = await Api.signIn(url, COURIER);
  await courier.call('POST', '/courier/run/end');
  const parcels: Parcel[] = [];
  for (const [at, door] of DOORS.entries()) {
    parcels.push(await Parcel.loaded(url, CUSTOMER, COURIER, `Box ${at}`, door));
  }
  await courier.done('POST', '/courier/run/suggested-order');
  const [first, second, third] = parcels.map((parcel) => parcel.reference);
  await expect.poll(() => parcels[0].order()).toEqual([first, second, third]);
  return { first: parcels[0], order: [first, second, third] };
}

/** Drags a row by its handle onto another one, as a finger does. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.locator('.order__handle').boundingBox(), await to.boundingBox()];
  if (!start || !end) throw new Error('a row is not there');
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + 10, end.y + end.height / 2 + 12, { steps: 6 });
  await page.mouse.move(start.x + 10, end.y + end.height / 2, { steps: 3 });
  await page.mouse.up();
}

test('a courier drags a stop to another place, undoes it, and does it again without a network', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const { first, order } = await loaded(server.url);
  const moved = [order[2], order[0], order[1]];
  await signIn(page, COURIER);
  await open(page, '/courier');
  await expect.poll(() => shown(page)).toEqual(order);

  await page.getByRole('button', { name: 'Change order' }).click();
  await drag(page, row(page, order[2]), row(page, order[0]));
  expect(await rows(page)).toEqual(moved);
  await page.getByRole('button', { name: 'Use this order' }).click();
  await expect.poll(() => shown(page)).toEqual(moved);
  const bar = page.locator('.step-bar');
  await expect(bar).toContainText('Order changed');
  await bar.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => shown(page)).toEqual(order);
  expect(await first.order(), 'nobody heard of it').toEqual(order);

  // Without a network, and without a finger that drags.
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Change order' }).click();
  const up = page.getByRole('button', { name: 'Move up: Fabianinkatu 37' });
  await up.click();
  await expect(up).toBeFocused();
  await page.keyboard.press('Enter');
  expect(await rows(page)).toEqual(moved);
  await page.getByRole('button', { name: 'Use this order' }).click();
  await expect.poll(() => shown(page)).toEqual(moved);
  await expect(page.getByText('1 step is not sent yet')).toBeVisible();
  expect(await first.order()).toEqual(order);

  // Back again: it is the same, here, there and on a fresh page.
  await context.setOffline(false);
  await expect.poll(() => first.order()).toEqual(moved);
  await expect(bar).toBeEmpty();
  await open(page, '/courier');
  await expect.poll(() => shown(page)).toEqual(moved);

  // Porchlight knows a shorter way; the courier looks at it, and takes their own.
  await page.getByRole('button', { name: 'Suggest order' }).click();
  await expect.poll(() => shown(page)).toEqual(order);
  await page.getByRole('button', { name: 'Put back' }).click();
  await expect.poll(() => first.order()).toEqual(moved);
});

test('a change of order that is cancelled changes nothing', async ({ page, server }) => {
  const { order } = await loaded(server.url);
  await signIn(page, COURIER);
  await open(page, '/courier');
  await page.getByRole('button', { name: 'Change order' }).click();
  await page.getByRole('button', { name: 'Move down: Kaivokatu 8' }).click();
  expect(await rows(page)).toEqual([order[1], order[0], order[2]]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => shown(page)).toEqual(order);
  await expect(page.locator('.step-bar')).toBeEmpty();
});

test('who waits sees at once how many stops come before theirs', async ({ page, server }) => {
  const { first, order } = await loaded(server.url);
  await (await Api.signIn(server.url, COURIER)).done('POST', '/courier/run/start');
  await first.report(60.1714, 24.9385);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${order[2]}`);
  await live(page);
  const stops = page.locator('.arrival__stops');
  await expect(stops).toContainText('2 stops');
  const arrival = await page.locator('.arrival__eta').innerText();
  await first.reorder([order[2], order[0], order[1]]);
  await expect(page.getByRole('heading', { name: 'You’re next' })).toBeVisible();
  await expect(stops).not.toContainText('2 stops');
  await expect.poll(() => page.locator('.arrival__eta').innerText()).not.toBe(arrival);
});
