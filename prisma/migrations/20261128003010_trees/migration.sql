-- A leaf file is mostly ciphertext, which nothing makes smaller: do not try.
ALTER TABLE "epoch_file_parts" ALTER COLUMN "text" SET STORAGE EXTERNAL;
