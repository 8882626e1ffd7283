-- An envelope that never left is taken back: its number is given to the next one.
grant delete on abroad.envelope to yumen_app;
