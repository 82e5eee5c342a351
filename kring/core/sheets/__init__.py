"""Tables that people upload: a file's bytes → rows of text (`reading`) → what each column is (`heads`)."""
