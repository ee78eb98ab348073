import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import { Camera, photograph, picture, proofLink } from '../support/door';
import { expect, live, open, reload, signIn, test } from '../support/test';
import type { Server } from '../support/server';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

/** A parcel that is out, for the hands of its recipient. */
async function asked(server: Server, description: string): Promise<Parcel> {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, description);
  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('PUT', `/deliveries/${parcel.reference}/handover`, { level: 'two_way' });
  await parcel.step('out_for_delivery');
  return parcel;
}

const stop = (page: Page, parcel: Parcel) => page.locator('.stop').filter({ hasText: parcel.reference });

/** The form at the door, open. */
async function atTheDoor(page: Page, parcel: Parcel) {
  const form = stop(page, parcel).locator('details').filter({ hasText: 'Deliver' }).first();
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  return form;
}

async function courierAt(browser: Browser, server: Server): Promise<{ elsewhere: BrowserContext; courier: Page }> {
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const courier = await elsewhere.newPage();
  await signIn(courier, COURIER);
  return { elsewhere, courier };
}

async function shownCode(page: Page): Promise<string> {
  const code = await page.locator('.meet output').textContent();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  return code ?? '';
}

test('two people at a door scan each other, and the parcel is delivered', async ({ page, browser, server }) => {
  const parcel = await asked(server, 'A cello');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const { elsewhere, courier } = await courierAt(browser, server);
  const camera = await Camera.of(elsewhere, courier);
  await open(courier, '/courier');
  const form = await atTheDoor(courier, parcel);
  await expect(form).toContainText('it proves who you are');
  await expect(form).toContainText(/New in \d+ s/);
  await expectAccessible(courier);

  // Before the recipient has seen who it is, there is no code anywhere: nothing to be read out.
  await expect(page.locator('.handover output')).toHaveCount(0);
  await page.getByRole('button', { name: 'Scan the courier’s phone' }).click();
  await photograph(page, await picture(form.locator('.qr')));
  await expect(page.locator('.meet')).toContainText('your courier');
  const code = await shownCode(page);
  await expectAccessible(page);

  await form.getByRole('button', { name: 'Scan their code' }).click();
  await camera.see(await picture(page.locator('.meet .qr')));
  await expect(stop(courier, parcel)).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'was delivered' })).toBeVisible();
  await expect(page.locator('.handover')).toHaveCount(0);
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('Handed to you, both sides checked');

  // Nobody but the recipient's own page ever had the code.
  const told = [server.output()];
  for (const email of [CUSTOMER, COURIER, 'admin@demo.test']) {
    const somebody = await Api.signIn(server.url, email);
    for (const path of ['', '/timeline']) {
      told.push(await (await somebody.call('GET', `/deliveries/${parcel.reference}${path}`)).text());
    }
  }
  for (const form of [code, code.replace('-', '')]) expect(told.join('\n')).not.toContain(form);
  await elsewhere.close();
});

test('the phone’s own camera app opens the page that says who it is', async ({ page, server }) => {
  const parcel = await asked(server, 'A trumpet');
  await signIn(page, CUSTOMER);
  await open(page, await proofLink(server.url, COURIER, parcel.reference));
  await expect(page.locator('.meet')).toContainText('your courier');
  await shownCode(page);
  // The proof is used up: it is neither in the address nor sent again.
  expect(new URL(page.url()).hash).toBe('');
  await reload(page);
  await expect(page.getByRole('button', { name: 'Scan the courier’s phone' })).toBeVisible();
  await expect(page.locator('.meet output')).toHaveCount(0);
});

test('a picture of the screen, a stranger’s code and another parcel’s show nothing', async ({ page, server }) => {
  const parcel = await asked(server, 'A flute');
  const other = await asked(server, 'A harp');
  await signIn(page, CUSTOMER);
  const old = await proofLink(server.url, COURIER, parcel.reference, 10);
  await open(page, old);
  await expect(page.locator('.meet')).toContainText('This code is too old');
  const right = await proofLink(server.url, COURIER, parcel.reference);
  const last = right.at(-1) === '0' ? '1' : '0';
  await page.evaluate((link) => (location.hash = new URL(link).hash), right.slice(0, -1) + last);
  await expect(page.locator('.meet')).toContainText('This is not from your courier');
  const others = await proofLink(server.url, COURIER, other.reference);
  await page.evaluate((link) => (location.hash = new URL(link).hash), others);
  await expect(page.locator('.meet')).toContainText('This is not from your courier');
  await expect(page.locator('.meet output')).toHaveCount(0);
});

test('a courier in a dead zone proves who they are and checks the code', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await asked(server, 'An oboe');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const { elsewhere, courier } = await courierAt(browser, server);
  await open(courier, '/courier');
  const form = await atTheDoor(courier, parcel);
  await expect(form.locator('.qr')).toBeVisible();
  await elsewhere.setOffline(true);

  await page.getByRole('button', { name: 'Scan the courier’s phone' }).click();
  await photograph(page, await picture(form.locator('.qr')));
  const code = await shownCode(page);
  const tell = async (told: string) => {
    await form.getByLabel('Or type their code').fill(told);
    await form.getByRole('button', { name: 'Confirm delivery' }).click();
  };
  await tell('7K3M');
  await expect(form).toContainText('That is no code of theirs');
  await tell(code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`);
  await expect(form).toContainText('4 tries left');
  await tell(code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'));
  await expect(stop(courier, parcel)).toHaveCount(0);
  await expect(courier.locator('.step-bar')).toContainText('It is confirmed when it is sent');
  await expect(courier.getByText('2 steps are not sent yet')).toBeVisible();

  await elsewhere.setOffline(false);
  await expect(page.getByRole('status').filter({ hasText: 'was delivered' })).toBeVisible();
  await expect(courier.locator('.step-bar')).toBeEmpty();
  await elsewhere.close();
});

test('five wrong codes lock the parcel until its recipient gets a new one', async ({ page, browser, server }) => {
  const parcel = await asked(server, 'A bassoon');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const { elsewhere, courier } = await courierAt(browser, server);
  await open(courier, '/courier');
  const form = await atTheDoor(courier, parcel);
  for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
    await form.getByLabel('Or type their code').fill('7777-7777');
    await form.getByRole('button', { name: 'Confirm delivery' }).click();
    await expect(form).toContainText(`${left} left`);
  }
  await form.getByLabel('Or type their code').fill('7777-7777');
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
  await expect(form).toContainText('Too many wrong codes');
  await expect(form.getByLabel('Or type their code')).toHaveCount(0);

  // Its recipient is told at once, and only they begin anew.
  const handover = page.locator('.handover');
  await expect(handover).toContainText('Too many wrong codes were tried');
  await handover.getByRole('button', { name: 'Get a new code' }).click();
  await expect(handover.getByRole('button', { name: 'Scan the courier’s phone' })).toBeVisible();
  await expect(form.getByLabel('Or type their code')).toBeVisible();
  await elsewhere.close();
});

test('a code that was renewed while the courier was away is refused, with what to do', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch|422/);
  const parcel = await asked(server, 'A viola');
  const { elsewhere, courier } = await courierAt(browser, server);
  await open(courier, '/courier');
  const form = await atTheDoor(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, await proofLink(server.url, COURIER, parcel.reference));
  const code = await shownCode(page);
  await elsewhere.setOffline(true);
  await form.getByLabel('Or type their code').fill(code);
  await form.getByRole('button', { name: 'Confirm delivery' }).click();
  await expect(stop(courier, parcel)).toHaveCount(0);
  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('PUT', `/deliveries/${parcel.reference}/handover`, { level: 'two_way' });
  await elsewhere.setOffline(false);
  const refused = courier.getByRole('alert').filter({ hasText: 'This did not go through' });
  await expect(refused).toContainText('newer code');
  await refused.getByRole('button').click();
  await expect(stop(courier, parcel)).toBeVisible();
  await elsewhere.close();
});

test('a parcel is booked for its recipient’s hands', async ({ page }) => {
  await signIn(page, CUSTOMER);
  await open(page, '/book');
  await page.getByLabel('Collect from').fill('Elielinaukio 2, 00100 Helsinki');
  await page.getByLabel('Deliver to').fill('Fabianinkatu 37');
  await page.getByLabel('What is it?').fill('A piccolo');
  await page.getByLabel('Day').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  await page.getByLabel('Into my hands only').check();
  await page.getByRole('button', { name: 'Book delivery' }).click();
  await page.waitForURL(/\/deliveries\/PL-/);
  await expect(page.locator('.handover')).toContainText('You scan it here');
});
