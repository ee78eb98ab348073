import { expectAccessible } from '../support/accessibility';
import { Api, DOOR, Parcel } from '../support/api';
import { Camera, picture } from '../support/door';
import { expect, open, signIn, test } from '../support/test';

const COURIER = 'courier2@demo.test';
const CUSTOMER = 'customer@demo.test';

test('a courier scans parcels at the depot, one after the other', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const first = await Parcel.booked(server.url, CUSTOMER, COURIER, 'A kettle');
  const second = await Parcel.booked(server.url, CUSTOMER, COURIER, 'A toaster');
  const others = await Parcel.booked(server.url, CUSTOMER, 'courier3@demo.test', 'A blender');

  // Who sends it prints the label.
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const sender = await elsewhere.newPage();
  await signIn(sender, CUSTOMER);
  await open(sender, `/deliveries/${first.reference}`);
  await sender.getByRole('link', { name: 'Print the label' }).click();
  await expect(sender.locator('.label')).toContainText(DOOR.text);
  await expect(sender.locator('.label')).not.toContainText('A kettle');
  await expectAccessible(sender);
  const label = await picture(sender.locator('.label .qr'));
  await open(sender, `/deliveries/${others.reference}/label`);
  const wrongLabel = await picture(sender.locator('.label .qr'));

  await signIn(page, COURIER);
  const camera = await Camera.of(page.context(), page);
  await open(page, '/courier');
  const collect = page.locator('.collect');
  await expect(collect).toContainText('2 parcels to collect');
  await collect.getByRole('button', { name: 'Scan parcels' }).click();
  await camera.see(label);
  await expect(collect).toContainText(`${first.reference} is collected.`);
  await expect(collect).toContainText('1 parcel to collect');
  await expect(collect.locator('.collect__lines')).toContainText('A toaster');
  await expect(collect.locator('.collect__lines')).not.toContainText('A kettle');
  await expectAccessible(page);
  await camera.see(wrongLabel);
  await expect(collect).toContainText(`${others.reference} is not on your run`);

  // Without a network, and without a label that can be read.
  await page.context().setOffline(true);
  const type = async (text: string) => {
    await collect.getByLabel('Or type PL-…').fill(text);
    await collect.getByRole('button', { name: 'Collect' }).click();
  };
  await type('nonsense');
  await expect(collect).toContainText('That is no parcel’s code.');
  await type(first.reference);
  await expect(collect).toContainText('was collected before');
  await type(second.reference.toLowerCase().replaceAll('-', ' '));
  await expect(collect).toContainText(`${second.reference} is collected.`);
  await expect(collect).toContainText('Every parcel is collected');
  await page.context().setOffline(false);
  const courier = await Api.signIn(server.url, COURIER);
  for (const parcel of [first, second]) {
    const status = async () =>
      (await courier.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
    await expect.poll(status, { timeout: 30_000 }).toBe('collected');
  }
  await elsewhere.close();
});
