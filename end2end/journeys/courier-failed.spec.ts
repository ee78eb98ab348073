import { Api, Parcel } from '../support/api';
import { kept, openedStop, PHONE, shelf } from '../support/phone';
import { expect, open, reload, signIn, test } from '../support/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

test.use(PHONE);

test('what could not be delivered goes to a post office or to the depot, without a network', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/);
  const parcels: Parcel[] = [];
  for (const name of ['A kettle', 'A saucepan']) {
    const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, name);
    await parcel.step('out_for_delivery');
    parcels.push(parcel);
  }
  const [kettle, saucepan] = parcels;
  // Chromium shows a number on the icon of an installed app only; what it is asked to show can be read.
  await page.addInitScript(() => {
    Object.assign(navigator, { setAppBadge: async (count: number) => Object.assign(window, { onIcon: count }) });
  });
  const onIcon = () => page.evaluate(() => (window as { onIcon?: number }).onIcon);
  await signIn(page, COURIER);
  await open(page, '/courier');
  const next = page.locator('.stop--next');
  await expect(next.getByRole('link', { name: 'Navigate' })).toHaveAttribute('href', /^geo:60\.\d+,24\.\d+/);
  await kept(page);

  await context.setOffline(true);
  for (const parcel of parcels) {
    const stop = await openedStop(page, parcel);
    await stop.getByText('Could not deliver').click();
    const side = stop.getByRole('group', { name: 'At the recipient’s' });
    await expect(side.getByRole('radio')).toHaveCount(5);
    await side.getByLabel('Nobody home').check();
    await stop.getByRole('button', { name: 'Report' }).click();
    await expect(stop).toHaveCount(0);
  }
  const failed = (name: string) => page.locator('.done__stop').filter({ hasText: name });

  // One is put aside for another run, and nobody needs to tell its courier that it is gone.
  const putAside = async () => {
    await failed('A saucepan').getByText('Back to the depot').click();
    await failed('A saucepan').getByRole('button', { name: 'Take it off my run' }).click();
    await expect(failed('A saucepan')).toHaveCount(0);
  };
  await putAside();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(failed('A saucepan')).toHaveCount(1);
  await putAside();

  // The other is brought to the nearest office, and dropped there.
  await failed('A kettle').getByText('Bring it to a post office').click();
  const offices = failed('A kettle').locator('.to-office__list button');
  await expect(offices.first()).toHaveText(/ · \d+ m$/);
  await offices.first().click();
  await expect(page.locator('.stop__new')).toHaveCount(0);
  const drop = page.locator('.drop-off');
  await expect(drop).toContainText(kettle.reference);
  await drop.getByRole('button', { name: 'Drop them here' }).click();
  await drop.getByRole('button', { name: 'Drop all of them' }).click();
  await expect(drop).toContainText('Every parcel is dropped');
  // One more where the undo came too late to be nothing.
  await expect(page.getByText(/[56] steps are not sent yet/)).toBeVisible();
  await expect.poll(onIcon).toBeGreaterThanOrEqual(5);

  await context.setOffline(false);
  const customer = await Api.signIn(server.url, CUSTOMER);
  const status = async ({ reference }: Parcel) =>
    (await customer.done<{ status: string }>('GET', `/deliveries/${reference}`)).status;
  await expect.poll(() => status(kettle), { timeout: 40_000 }).toBe('held');
  expect(await status(saucepan)).toBe('in_transit');
  await expect(page.getByText('not sent yet')).toHaveCount(0);
  await expect.poll(onIcon).toBe(0);
  await expect(page.getByText('Taken off your run')).toHaveCount(0);
  await page.getByRole('button', { name: 'End run' }).click();
  await expect(page.getByText(/This run is over|No run today/).first()).toBeVisible({ timeout: 30_000 });
});

test('what an update can’t read any more is said, and stays on the phone', async ({ page }) => {
  await signIn(page, COURIER);
  await open(page, '/courier');
  const hasShelves = () =>
    page.evaluate(async () => (await indexedDB.databases()).some(({ name, version }) => name === 'porchlight-courier' && version! > 1));
  await expect.poll(hasShelves).toBe(true);
  await page.evaluate(async () => {
    const { id } = await (await fetch('/api/v1/me')).json();
    await new Promise<void>((done) => {
      const opening = indexedDB.open('porchlight-courier');
      opening.onsuccess = () => {
        const writing = opening.result.transaction('steps', 'readwrite');
        writing.objectStore('steps').put('{"what":"an older version wrote"}', [id, Date.now()]);
        writing.oncomplete = () => {
          opening.result.close();
          done();
        };
      };
    });
  });
  await reload(page);
  const said = page.getByRole('alert').filter({ hasText: '1 action could not be read' });
  await expect(said).toContainText('Tell dispatch what you did.');
  expect(await shelf(page, 'steps')).toBe(1);
});
