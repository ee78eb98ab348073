import { expectAccessible } from '../support/accessibility';
import { chat, courierAt, CUSTOMER, openForCourier, openForCustomer, out, say, bubbles, stop } from '../support/chat';
import { expect, open, signIn, test } from '../support/test';

test('what is told in the chat as a card is confirmed there with a tap', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A birdcage');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await say(page, 'Hello');
  await expect(bubbles(courier)).toHaveText(['Hello']);

  const sheet = chat(page);
  await sheet.getByText('Another day, or an instruction').click();
  await sheet.getByText('Tell the courier').first().click();
  await sheet.getByText('A neighbour').click();
  await sheet.getByLabel('Who, and at which door?').fill('Virtanen, A 12');
  await expectAccessible(page);
  await sheet.getByRole('button', { name: 'Tell the courier' }).click();
  await sheet.getByText('Another day, or an instruction').click();
  const card = chat(page).locator('.chat__card .wish');
  await expect(card).toContainText('Virtanen, A 12');
  await expect(card).toContainText('Waiting for the courier');
  const theirs = chat(courier).locator('.chat__card .wish');
  await expect(theirs).toContainText('Virtanen, A 12');
  await expectAccessible(courier);
  await theirs.getByRole('button', { name: 'Confirm' }).click();
  await expect(theirs).toContainText('You confirmed this');
  await expect(card).toContainText('Confirmed by the courier');

  // The code is in the message, its card is not: it is confirmed all the same.
  await page.getByRole('button', { name: 'Send a gate code' }).click();
  await page.getByLabel('Gate code').fill('4711#');
  await page.getByLabel('Gate code').press('Enter');
  const code = courier.locator('.bubble--card');
  await expect(code).toContainText('4711#');
  await code.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.locator('.bubble--card')).toContainText('Confirmed by the courier');
  await expect(page.locator('.bubble--card')).toContainText('4711#');
  await courier.getByRole('button', { name: 'Close the chat' }).click();
  await expect(stop(courier, parcel).locator('.cards')).toContainText('The code is in the chat');
  expect(server.stores('4711#'), 'whether the database says the code').toBe(false);
  await elsewhere.close();
});

test('a parcel is moved from within the chat, and both have it in writing', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A hammock');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await say(page, 'I am away today');
  await expect(bubbles(courier)).toHaveText(['I am away today']);

  const sheet = chat(page);
  await sheet.getByText('Another day, or an instruction').click();
  await sheet.getByText('Change the day').click();
  const day = sheet.locator('.wishes__day').filter({ hasNotText: /Today|Tomorrow/ }).first();
  const date = (await day.locator('legend').textContent()) ?? '';
  await day.locator('.wishes__window').first().click();
  await sheet.getByRole('button', { name: 'Move my parcel' }).click();
  for (const [at, whose] of [
    [page, 'You chose this time.'],
    [courier, 'The recipient chose this time.'],
  ] as const) {
    const card = chat(at).locator('.chat__card .wish');
    await expect(card).toContainText(date);
    await expect(card).toContainText(whose);
    await expect(chat(at)).toContainText('You can write until');
  }
  // The parcel is off the run, and the two still say goodbye.
  await courier.getByRole('button', { name: 'OK, will do.' }).click();
  await expect(bubbles(page)).toHaveText(['I am away today', 'OK, will do.']);
  await elsewhere.close();
});
