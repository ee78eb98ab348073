import { Parcel } from '../support/api';
import { expect, live, open, signIn, test } from '../support/test';

test('a customer watches the courier come', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier3@demo.test', 'Running shoes');
  await signIn(page, 'customer@demo.test');
  await live(page);
  let loads = 0;
  page.on('load', () => (loads += 1));

  // The notice comes on the list of deliveries, the moment the courier says so.
  const notice = page.getByText('Your package is out for delivery.', { exact: true });
  await expect(page.getByRole('link', { name: /Running shoes/ })).toBeVisible();
  await expect(notice).toHaveCount(0);
  await parcel.step('out_for_delivery');
  await expect(notice).toBeVisible();

  await parcel.report(60.1716, 24.9373);
  await page.getByRole('link', { name: /Running shoes/ }).click();
  await page.waitForURL(`**/deliveries/${parcel.reference}`);
  const van = page.locator('.leaflet-marker-icon.van');
  await expect(van).toBeVisible();
  const courier = page.getByRole('region', { name: 'Your courier' });
  await expect(courier.getByText('Otto', { exact: true })).toBeVisible();
  await expect(courier.getByText('Blue van', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'You’re next' })).toBeVisible();
  await expect(page.locator('.leaflet-overlay-pane path').first()).toBeAttached();

  // The marker and the time move.
  const where = () => van.evaluate((marker) => (marker as HTMLElement).style.transform);
  const [before, arrival] = [await where(), await page.locator('.arrival').innerText()];
  await parcel.report(60.1712, 24.9445, 10);
  await expect.poll(where).not.toBe(before);
  await expect.poll(() => page.locator('.arrival').innerText()).not.toBe(arrival);

  // At the end the courier is gone from the page, at once.
  await parcel.deliver();
  await expect(page.getByText('Your package was delivered.', { exact: true })).toBeVisible();
  await expect(van).toHaveCount(0);
  await expect(courier).toHaveCount(0);
  expect(loads, 'reloads on the way').toBe(0);
});

test('the list of deliveries keeps itself in order', async ({ page, server }) => {
  await signIn(page, 'resident2@demo.test');
  await live(page);
  const upcoming = page.getByRole('region', { name: 'Upcoming' }).locator('.card__description');
  const parcel = (what: string) => Parcel.loaded(server.url, 'resident2@demo.test', 'courier2@demo.test', what);

  // A parcel somebody sends appears by itself, and one that goes out comes first.
  await parcel('Tea');
  await expect(upcoming).toHaveText(['Tea']);
  const books = await parcel('Books');
  await expect(upcoming).toHaveText(['Tea', 'Books']);
  await books.step('out_for_delivery');
  await expect(upcoming).toHaveText(['Books', 'Tea']);

  await books.deliver();
  await expect(upcoming).toHaveText(['Tea']);
  await expect(page.getByRole('heading', { name: 'Past deliveries' })).toBeVisible();
});

test('the tracking page turns into a live one when the parcel goes out', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer2@demo.test', 'courier2@demo.test');
  await signIn(page, 'customer2@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const step = page.locator('[aria-current=step]');
  await expect(step).toContainText('Collected');
  const courier = page.getByRole('region', { name: 'Your courier' });
  await expect(courier).toHaveCount(0);

  await parcel.step('out_for_delivery');
  await expect(page.getByText('Your package is out for delivery.', { exact: true })).toBeVisible();
  await expect(step).toContainText('Out for delivery');
  await expect(courier.getByText('Siiri', { exact: true })).toBeVisible();
});

test('what happened while the customer was away is in the timeline', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer2@demo.test', 'courier2@demo.test');
  await parcel.step('out_for_delivery');
  await parcel.step('failed', { reason: 'nobody_home' });
  await signIn(page, 'customer2@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  for (const step of ['Booked', 'Collected', 'Out for delivery', 'Not delivered']) {
    await expect(page.getByRole('list').getByText(step, { exact: true }).first()).toBeVisible();
  }
});
