// Checks a copy of a transparency log with Go's implementation, none of whose code is ours: the checkpoint's signature by
// sumdb/note, tiles, inclusion and consistency by sumdb/tlog.
//
//	main FOLDER VERIFIER_KEY PROOFS_FILE
//
// PROOFS_FILE has one proof of ours a line: `record INDEX SIZE ROOT ENTRY HASH…` or `tree FROM TO FROM_ROOT TO_ROOT HASH…`,
// bytes in Base64. Prints how many of each held; ends with status 1 and a reason at the first that does not.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func refuse(what string, err error) {
	fmt.Fprintln(os.Stderr, what, err)
	os.Exit(1)
}

func hash(text string) (h tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != len(h) {
		refuse("a hash is ill-formed:", err)
	}
	copy(h[:], raw)
	return h
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		refuse("a number is ill-formed:", err)
	}
	return n
}

// Go names tiles by their height too, which C2SP fixes at 8.
func pathOf(t tlog.Tile) string { return strings.Replace(t.Path(), "tile/8/", "tile/", 1) }

type folder string

func (f folder) Height() int                              { return height }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), pathOf(t)))
		if err != nil {
			// As long as the whole tile is there, a part of it can be cut from that.
			full := t
			full.W = 1 << height
			if data, err = os.ReadFile(filepath.Join(string(f), pathOf(full))); err != nil {
				return nil, err
			}
			data = data[:t.W*tlog.HashSize]
		}
		all = append(all, data)
	}
	return all, nil
}

func entries(dir string, size int64) (all [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		t := tlog.Tile{H: height, L: -1, N: n, W: 256}
		if size-n*256 < 256 {
			t.W = int(size - n*256)
		}
		name := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			refuse("entries are missing:", err)
		}
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func main() {
	dir, key, proofs := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(key)
	if err != nil {
		refuse("verifier key:", err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		refuse("checkpoint:", err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		refuse("checkpoint:", err)
	}
	lines := strings.Split(opened.Text, "\n")
	tree := tlog.Tree{N: number(lines[1]), Hash: hash(lines[2])}

	// Go's own proofs, made from our tiles, for every entry.
	reader := tlog.TileHashReader(tree, folder(dir))
	made := 0
	for n, entry := range entries(dir, tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(n), reader)
		if err != nil {
			refuse("tiles:", err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), tlog.RecordHash(entry)); err != nil {
			refuse("an entry is not in the tree:", err)
		}
		made++
	}
	if int64(made) != tree.N {
		refuse("entries are missing:", nil)
	}

	// Our proofs.
	file, err := os.Open(proofs)
	if err != nil {
		refuse("proofs:", err)
	}
	records, trees := 0, 0
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		words := strings.Fields(scanner.Text())
		var path []tlog.Hash
		for _, word := range words[5:] {
			path = append(path, hash(word))
		}
		switch words[0] {
		case "record":
			entry, err := base64.StdEncoding.DecodeString(words[4])
			if err != nil {
				refuse("an entry is ill-formed:", err)
			}
			if err := tlog.CheckRecord(path, number(words[2]), hash(words[3]), number(words[1]), tlog.RecordHash(entry)); err != nil {
				refuse("our inclusion proof:", err)
			}
			records++
		case "tree":
			if err := tlog.CheckTree(path, number(words[2]), hash(words[4]), number(words[1]), hash(words[3])); err != nil {
				refuse("our consistency proof:", err)
			}
			trees++
		}
	}
	fmt.Printf("{\"entries\":%d,\"records\":%d,\"trees\":%d}\n", made, records, trees)
}
