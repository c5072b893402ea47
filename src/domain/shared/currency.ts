/**
 * ISO 4217 currency codes by the number of decimals of their minor unit. Amounts are micro-units everywhere (10⁻⁶ of the
 * major unit); the decimals matter at payout only.
 */
const EXPONENTS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW ' +
    'CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ' +
    'ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV ' +
    'MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD ' +
    'SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const EXPONENT_OF: ReadonlyMap<string, number> = new Map(
  Object.entries(EXPONENTS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, Number(digits)]),
  ),
);

/** Decimals of the currency's minor unit: JPY 0, EUR 2, KWD 3. Undefined for a code that ISO 4217 does not list. */
export const minorDigitsOf = (currency: string): number | undefined => EXPONENT_OF.get(currency);

export const isCurrency = (code: string): boolean => EXPONENT_OF.has(code);

/** Decimal places of an amount in micro-units of the major unit. */
export const MICRO_DIGITS = 6;

/** Micro-units in one minor unit: 10,000 for a cent, 1,000,000 for a yen. `minorDigits` 0 to 6. */
export const microsPerMinor = (minorDigits: number): bigint => {
  if (!Number.isInteger(minorDigits) || minorDigits < 0 || minorDigits > MICRO_DIGITS)
    throw new RangeError(`A minor unit has 0 to ${MICRO_DIGITS} decimals, not ${minorDigits}.`);
  return 10n ** BigInt(MICRO_DIGITS - minorDigits);
};
