// Classes of tokens.
#include "compiler/parse/token.h"

namespace pipec::parse {

bool isHardKeyword(size_t type) {
  switch (type) {
  case PipeLexer::LET:
  case PipeLexer::FN:
  case PipeLexer::PUB:
  case PipeLexer::RETURN:
  case PipeLexer::IF:
  case PipeLexer::ELSE:
  case PipeLexer::MATCH:
  case PipeLexer::FOR:
  case PipeLexer::IN:
  case PipeLexer::ASSERT:
  case PipeLexer::TRUE:
  case PipeLexer::FALSE:
  case PipeLexer::NONE:
  case PipeLexer::AND:
  case PipeLexer::OR:
  case PipeLexer::NOT:
    return true;
  default:
    return false;
  }
}

bool isName(size_t type) {
  switch (type) {
  case PipeLexer::IDENT:
  case PipeLexer::USE:
  case PipeLexer::AS:
  case PipeLexer::TYPE:
  case PipeLexer::ENUM:
  case PipeLexer::EVIDENCE:
  case PipeLexer::ENVIRONMENT:
  case PipeLexer::REQUIRES:
  case PipeLexer::SOURCE:
  case PipeLexer::BUILD:
  case PipeLexer::TEST:
  case PipeLexer::DEPLOY:
  case PipeLexer::APPROVE:
  case PipeLexer::PIPELINE:
  case PipeLexer::STAGE:
  case PipeLexer::WHEN:
  case PipeLexer::RUN:
  case PipeLexer::RESOLVE:
  case PipeLexer::ROLLBACK:
  case PipeLexer::PROBE:
  case PipeLexer::OUT:
  case PipeLexer::SUBJECT:
  case PipeLexer::POOL:
  case PipeLexer::PROVES:
  case PipeLexer::WITH:
    return true;
  default:
    return false;
  }
}

bool opensString(size_t type) {
  return type == PipeLexer::STR_OPEN || type == PipeLexer::MSTR_OPEN ||
         type == PipeLexer::SH_OPEN || type == PipeLexer::MSH_OPEN;
}

bool opensBracket(size_t type) {
  return type == PipeLexer::LPAREN || type == PipeLexer::LBRACK || type == PipeLexer::LBRACE ||
         type == PipeLexer::INTERP || opensString(type);
}

bool startsExpression(size_t type) {
  switch (type) {
  case PipeLexer::INT:
  case PipeLexer::DURATION:
  case PipeLexer::SIZE:
  case PipeLexer::BAD_NUMBER:
  case PipeLexer::TRUE:
  case PipeLexer::FALSE:
  case PipeLexer::NONE:
  case PipeLexer::IF:
  case PipeLexer::MATCH:
  case PipeLexer::NOT:
  case PipeLexer::MINUS:
  case PipeLexer::LPAREN:
  case PipeLexer::LBRACK:
    return true;
  default:
    return isName(type) || opensString(type);
  }
}

bool wantsOperand(size_t type) {
  switch (type) {
  case PipeLexer::FAT_ARROW:
  case PipeLexer::EQ:
  case PipeLexer::NE:
  case PipeLexer::LE:
  case PipeLexer::GE:
  case PipeLexer::LT:
  case PipeLexer::GT:
  case PipeLexer::ASSIGN:
  case PipeLexer::PLUS:
  case PipeLexer::MINUS:
  case PipeLexer::STAR:
  case PipeLexer::SLASH:
  case PipeLexer::PERCENT:
  case PipeLexer::RANGE:
  case PipeLexer::DOT:
  case PipeLexer::COMMA:
  case PipeLexer::COLON:
  case PipeLexer::QQ:
  case PipeLexer::AMP:
  case PipeLexer::BAR:
  case PipeLexer::LPAREN:
  case PipeLexer::LBRACK:
  case PipeLexer::RETURN:
  case PipeLexer::IF:
  case PipeLexer::MATCH:
  case PipeLexer::IN:
  case PipeLexer::ASSERT:
  case PipeLexer::AND:
  case PipeLexer::OR:
  case PipeLexer::NOT:
  case PipeLexer::STAGE:
    return true;
  default:
    return false;
  }
}

bool startsDeclaration(size_t type) {
  switch (type) {
  case PipeLexer::PUB:
  case PipeLexer::LET:
  case PipeLexer::FN:
  case PipeLexer::TYPE:
  case PipeLexer::ENUM:
  case PipeLexer::EVIDENCE:
  case PipeLexer::ENVIRONMENT:
  case PipeLexer::SOURCE:
  case PipeLexer::BUILD:
  case PipeLexer::TEST:
  case PipeLexer::DEPLOY:
  case PipeLexer::APPROVE:
  case PipeLexer::PIPELINE:
    return true;
  default:
    return false;
  }
}

} // namespace pipec::parse
