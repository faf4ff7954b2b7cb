.PHONY: setup
setup:
	@./setup.sh test
