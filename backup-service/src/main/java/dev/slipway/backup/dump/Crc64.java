package dev.slipway.backup.dump;

/**
 * CRC-64 with the polynomial of Jones, both ways reflected and begun with zero: what ends a Redis
 * snapshot. Eight bytes at a step.
 */
final class Crc64 {
  private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
  private static final long[][] TABLES = tables();

  private long value;

  private static long[][] tables() {
    long[][] tables = new long[8][256];
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
      }
      tables[0][i] = crc;
    }
    for (int i = 0; i < 256; i++) {
      for (int step = 1; step < 8; step++) {
        long before = tables[step - 1][i];
        tables[step][i] = tables[0][(int) (before & 0xff)] ^ (before >>> 8);
      }
    }
    return tables;
  }

  void add(byte[] bytes, int offset, int count) {
    long crc = value;
    int i = offset;
    int end = offset + count;
    for (; i + 8 <= end; i += 8) {
      long mixed = crc;
      for (int k = 0; k < 8; k++) {
        mixed ^= (bytes[i + k] & 0xffL) << (8 * k);
      }
      crc = 0;
      for (int k = 0; k < 8; k++) {
        crc ^= TABLES[7 - k][(int) (mixed >>> (8 * k)) & 0xff];
      }
    }
    for (; i < end; i++) {
      crc = TABLES[0][(int) (crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
    }
    value = crc;
  }

  Crc64 copy() {
    var copy = new Crc64();
    copy.value = value;
    return copy;
  }

  long value() {
    return value;
  }
}
